import type { GatewayConfig } from '../src/index.ts';

/** Limits that no test reaches that is not about them. */
export function wideLimits({ rateLimits }: GatewayConfig): Pick<GatewayConfig, 'rateLimits'> {
  const wide = { capacity: 1_000_000, refillPerSecond: 1_000_000 };
  return {
    rateLimits: {
      ...rateLimits,
      plans: { anonymous: wide, user: wide },
      routes: {},
      credentials: wide,
      sockets: wide,
      global: wide,
    },
  };
}

/** The services of the fleet that answer behind the gateway; the gateway's file may name more. */
export const UPSTREAM_NAMES = ['auth', 'market-data', 'cache', 'sync', 'realtime'] as const;
export type UpstreamName = (typeof UPSTREAM_NAMES)[number];

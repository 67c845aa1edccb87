export { type GatewayConfig, parseGatewayConfig } from './config.ts';
export type { GatewayOverrides } from './context.ts';
export { createGatewayService } from './create-gateway-service.ts';

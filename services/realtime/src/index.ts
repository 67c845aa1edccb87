export { parseRealtimeConfig, type RealtimeConfig } from './config.ts';
export type { RealtimeOverrides } from './context.ts';
export { createRealtimeService } from './server.ts';

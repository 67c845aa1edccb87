export { parseSyncConfig, type SyncConfig } from './config.ts';
export type { SyncOverrides } from './context.ts';
export { createSyncService } from './server.ts';

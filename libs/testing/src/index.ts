export { freePort } from '@quotefleet/native-servers';
export type { ServerName } from './config.ts';
export { describeWith, type TestServers } from './describe-with.ts';
export { type Address, createFaultProxy, type FaultProxy } from './fault-proxy/fault-proxy.ts';
export { itAtOnce } from './it-at-once.ts';
export { isolatedDatabase, type PostgresHandle, type TestDatabase } from './postgres-handle.ts';
export { uniqueName } from './unique-name.ts';
export { type WaitOptions, waitUntil } from './wait-until.ts';

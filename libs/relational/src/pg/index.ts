export { type CreatePoolOptions, createPool } from './create-pool.ts';
export { isUnavailable, sqlState } from './unavailable.ts';
export { lockForTransaction, withClient, withTransaction } from './with-client.ts';

export { MARKET_READS, MARKET_WRITES } from './endpoints.ts';
export * from './history.ts';
export * from './ingest.ts';
export * from './live.ts';
export * from './macro.ts';
export { SYMBOLS_MAX } from './parameters.ts';
export * from './quality.ts';
export * from './reference.ts';

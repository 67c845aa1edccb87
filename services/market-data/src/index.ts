export { type MarketDataConfig, parseMarketDataConfig } from './config.ts';
export { createMarketDataService, type MarketDataOverrides } from './context.ts';

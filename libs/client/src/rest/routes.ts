import type { authApi, marketApi } from '@quotefleet/contracts/shapes';
import { route } from './route.ts';

type Market = typeof marketApi;
type Auth = typeof authApi;

/**
 * Endpoints to call by `client.rest.call(routes.NAME, ...)`. Any other can be called by its method and path, without
 * types.
 */
export const routes = {
  realtimeStock: route<Market['realtimeStock']>('get', '/api/v1/realtime/stock/{symbol}'),
  realtimeIndex: route<Market['realtimeIndex']>('get', '/api/v1/realtime/index/{symbol}'),
  realtimeBatch: route<Market['realtimeBatch']>('get', '/api/v1/realtime/batch'),
  realtimeMarket: route<Market['realtimeMarket']>('get', '/api/v1/realtime/market'),
  historicalStock: route<Market['historicalStock']>('get', '/api/v1/historical/stock/{symbol}'),
  historicalIndex: route<Market['historicalIndex']>('get', '/api/v1/historical/index/{symbol}'),
  historicalHk: route<Market['historicalHk']>('get', '/api/v1/historical/hk/{symbol}'),
  historicalUs: route<Market['historicalUs']>('get', '/api/v1/historical/us/{symbol}'),
  historicalBatch: route<Market['historicalBatch']>('get', '/api/v1/historical/batch'),
  listTicks: route<Market['listTicks']>('get', '/api/v1/ticks/{symbol}'),
  listTrades: route<Market['listTrades']>('get', '/api/v1/trades/{symbol}'),
  listDepth: route<Market['listDepth']>('get', '/api/v1/depth/{symbol}'),
  listStocks: route<Market['listStocks']>('get', '/api/v1/stocks/list'),
  searchStocks: route<Market['searchStocks']>('get', '/api/v1/stocks/search'),
  stockInfo: route<Market['stockInfo']>('get', '/api/v1/stocks/{symbol}/info'),
  listIndustries: route<Market['listIndustries']>('get', '/api/v1/industries'),
  listIndustryMembers: route<Market['listIndustryMembers']>('get', '/api/v1/industries/{code}/members'),
  listConcepts: route<Market['listConcepts']>('get', '/api/v1/concepts'),
  listConceptMembers: route<Market['listConceptMembers']>('get', '/api/v1/concepts/{code}/members'),
  listConstituents: route<Market['listConstituents']>('get', '/api/v1/indices/{symbol}/constituents'),
  listReports: route<Market['listReports']>('get', '/api/v1/financial/stock/{symbol}'),
  listDividends: route<Market['listDividends']>('get', '/api/v1/dividend/stock/{symbol}'),
  listRights: route<Market['listRights']>('get', '/api/v1/rights/stock/{symbol}'),
  listCapital: route<Market['listCapital']>('get', '/api/v1/capital/stock/{symbol}'),
  tradeCalendar: route<Market['tradeCalendar']>('get', '/api/v1/calendar'),
  tradingRules: route<Market['tradingRules']>('get', '/api/v1/rules/{symbol}'),
  ingestTicks: route<Market['ingestTicks']>('post', '/api/v1/ingest/ticks'),
  login: route<Auth['login']>('post', '/api/v1/auth/login'),
  refreshTokens: route<Auth['refreshTokens']>('post', '/api/v1/auth/refresh'),
  logout: route<Auth['logout']>('post', '/api/v1/auth/logout'),
  createSocketTicket: route<Auth['createSocketTicket']>('post', '/api/v1/auth/socket-ticket'),
  whoAmI: route<Auth['whoAmI']>('get', '/api/v1/auth/me'),
} as const;

import { kindOf, marketOf, parseSymbol } from '@quotefleet/domain';
import { toClientError } from '../client-error.ts';
import type { RestClient } from './rest-client.ts';
import type { CallOptions, CallSettings, DataOf } from './route.ts';
import { routes } from './routes.ts';

type QueryOf<R extends keyof typeof routes> = NonNullable<CallOptions<(typeof routes)[R]>['query']>;
type AnswerOf<R extends keyof typeof routes> = Promise<DataOf<(typeof routes)[R]>>;

/** Rows of an endpoint whose columns come from the table registry. */
export type Row = Readonly<Record<string, unknown>>;

/** The questions asked most, by name. Symbols are taken in any form that the API takes. */
export class MarketCalls {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /**
   * Bars, oldest first: minute bars are labelled by their end; volume in shares, amount in yuan. Which endpoint has
   * them depends on the symbol: stocks and ETFs, indices, Hong Kong, the USA (the latter two from `1d` up).
   * @throws QuotefleetError also INVALID_ARGUMENT where the text is no symbol
   */
  async bars(
    symbol: string,
    query: QueryOf<'historicalStock'> = {},
    settings: CallSettings = {},
  ): AnswerOf<'historicalStock'> {
    const canonical = canonicalOf(symbol);
    return this.#rest.call(barRoute(canonical), { params: { symbol: canonical }, query, ...settings });
  }

  /** Stored ticks, oldest first: those from `start` to `end`, or the last ones. Times in ms since the epoch, UTC. */
  ticks(symbol: string, query: QueryOf<'listTicks'> = {}, settings: CallSettings = {}): AnswerOf<'listTicks'> {
    return this.#rest.call(routes.listTicks, { params: { symbol }, query, ...settings });
  }

  /** Single trades, oldest first: those from `start` to `end`, or the last ones. */
  trades(symbol: string, query: QueryOf<'listTrades'> = {}, settings: CallSettings = {}): AnswerOf<'listTrades'> {
    return this.#rest.call(routes.listTrades, { params: { symbol }, query, ...settings });
  }

  /** The latest quote with its five-level book. */
  async quote(symbol: string, settings: CallSettings = {}): AnswerOf<'realtimeStock'> {
    const canonical = canonicalOf(symbol);
    const isIndex = kindOf(canonical) === 'index';
    const route = isIndex ? routes.realtimeIndex : routes.realtimeStock;
    return this.#rest.call(route, { params: { symbol: canonical }, ...settings });
  }

  /** The latest quotes of up to 1000 symbols; one that has none is left out. */
  async quotes(symbols: readonly string[], settings: CallSettings = {}): Promise<readonly Row[]> {
    const query = { symbols: symbols.join(',') };
    const answer = await this.#rest.call(routes.realtimeBatch, { query, ...settings });
    return answer.quotes as Row[];
  }

  /** States of the order book, oldest first. */
  async depth(symbol: string, query: QueryOf<'listDepth'> = {}, settings: CallSettings = {}): Promise<readonly Row[]> {
    const answer = await this.#rest.call(routes.listDepth, { params: { symbol }, query, ...settings });
    return answer.books as Row[];
  }

  /** Instruments by a part of their code or name, or by the initials of their name in pinyin; best match first. */
  async search(
    q: string,
    query: Omit<QueryOf<'searchStocks'>, 'q'> = {},
    settings: CallSettings = {},
  ): Promise<DataOf<typeof routes.searchStocks>['instruments']> {
    const answer = await this.#rest.call(routes.searchStocks, { query: { ...query, q }, ...settings });
    return answer.instruments;
  }

  /** Instruments by symbol, a page at a time: the answer's `nextCursor` is the next one's `cursor`. */
  instruments(query: QueryOf<'listStocks'> = {}, settings: CallSettings = {}): AnswerOf<'listStocks'> {
    return this.#rest.call(routes.listStocks, { query, ...settings });
  }

  /** One instrument. */
  instrument(symbol: string, settings: CallSettings = {}): AnswerOf<'stockInfo'> {
    return this.#rest.call(routes.stockInfo, { params: { symbol }, ...settings });
  }

  /** Trading days from `start` to `end`, both included, as `YYYY-MM-DD`. */
  async tradingDays(query: QueryOf<'tradeCalendar'>, settings: CallSettings = {}): Promise<readonly string[]> {
    const answer = await this.#rest.call(routes.tradeCalendar, { query, ...settings });
    return answer.tradingDays;
  }
}

function canonicalOf(symbol: string): string {
  try {
    return parseSymbol(symbol).symbol;
  } catch (error) {
    throw toClientError(error, 'INVALID_ARGUMENT', 'no symbol');
  }
}

function barRoute(symbol: string): typeof routes.historicalStock {
  const market = marketOf(symbol);
  // The others take a part of the same query and answer with the same shape.
  if (market === 'HK') return routes.historicalHk as unknown as typeof routes.historicalStock;
  if (market === 'US') return routes.historicalUs as unknown as typeof routes.historicalStock;
  return kindOf(symbol) === 'index'
    ? (routes.historicalIndex as unknown as typeof routes.historicalStock)
    : routes.historicalStock;
}

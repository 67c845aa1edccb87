import { kindOf } from '@quotefleet/domain';
import { LoadOnce } from '../made-rooms/load-once.ts';
import type { Quoted } from './quoted.ts';

interface MarketQuotesContext {
  /** Of the bus: the newest ticks that this node has heard. */
  state: {
    latestTick(symbol: string): { payload: Quoted } | undefined;
    ticks(): Iterable<{ payload: Quoted }>;
  };
  /** Asks market-data for the newest quotes of all stocks. */
  load: () => Promise<Quoted[]>;
  onLoadFailed: (what: string, error: unknown) => void;
}

/** The newest quotes of the whole market: as the bus brought them, and before it has as market-data stored them. */
export class MarketQuotes {
  readonly #context: MarketQuotesContext;
  readonly #loads: LoadOnce;
  /** What a symbol is does not change. */
  readonly #isStock = new Map<string, boolean>();
  #stored = new Map<string, Quoted>();
  #isLoaded = false;

  constructor(context: MarketQuotesContext) {
    this.#context = context;
    this.#loads = new LoadOnce(context.onLoadFailed);
  }

  /** Resolves once what was stored is known, or cannot be had now. */
  async prepare(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#loads.run('market:movers', async () => {
      const quotes = await this.#context.load();
      this.#stored = new Map(quotes.map((quote) => [quote.symbol, quote]));
      this.#isLoaded = true;
    });
  }

  of(symbol: string): Quoted | undefined {
    return this.#context.state.latestTick(symbol)?.payload ?? this.#stored.get(symbol);
  }

  /** Of everything that is a stock: no funds, indices or receipts. */
  stocks(): Quoted[] {
    const stocks: Quoted[] = [];
    for (const { payload } of this.#context.state.ticks()) if (this.#knowsAsStock(payload.symbol)) stocks.push(payload);
    for (const quote of this.#stored.values())
      if (this.#knowsAsStock(quote.symbol) && !this.#context.state.latestTick(quote.symbol)) stocks.push(quote);
    return stocks;
  }

  #knowsAsStock(symbol: string): boolean {
    const known = this.#isStock.get(symbol);
    if (known !== undefined) return known;
    const isStock = kindOf(symbol) === 'stock';
    this.#isStock.set(symbol, isStock);
    return isStock;
  }
}

import type { InstrumentPayload } from '@quotefleet/contracts';
import { boardOf, kindOf, parseSymbol, SymbolError } from '@quotefleet/domain';
import { invalidArgument, notFound } from '@quotefleet/service-kit';
import type { InstrumentStore } from './instrument-store.ts';

/** What an endpoint serves: `stock` takes anything traded, `index` indices. */
export type EndpointKind = 'stock' | 'index';

/** Resolves what callers name to instruments. */
export class InstrumentDirectory {
  readonly #store: InstrumentStore;
  /** Symbols known to be stored; it only grows, as instruments are never deleted. */
  readonly #known = new Set<string>();

  constructor(store: InstrumentStore) {
    this.#store = store;
  }

  /**
   * The instrument behind any accepted form of a symbol.
   * @throws AppError INVALID_ARGUMENT where it is malformed, NOT_FOUND where nothing is known of it
   */
  async get(input: string, kind: EndpointKind): Promise<InstrumentPayload> {
    const symbol = canonicalSymbol(input, kind);
    const isIndex = kindOf(symbol) === 'index';
    if (isIndex !== (kind === 'index')) {
      throw notFound(
        `${symbol} is ${isIndex ? 'an index: ask the index endpoint' : 'not an index: ask the stock endpoint'}`,
      );
    }
    return this.getAny(symbol);
  }

  /**
   * The instrument of a canonical symbol, of whatever kind.
   * @throws AppError NOT_FOUND
   */
  async getAny(symbol: string): Promise<InstrumentPayload> {
    const instrument = await this.#store.find(symbol);
    if (!instrument) throw notFound(`symbol ${symbol} is not known here`);
    return instrument;
  }

  /** Makes sure that data of these canonical symbols has an instrument, named by its code until reference data comes. */
  async ensure(symbols: Iterable<string>): Promise<void> {
    const missing = [...new Set(symbols)].filter((symbol) => !this.#known.has(symbol));
    if (missing.length === 0) return;
    await this.#store.addMissing(missing.map(unnamedInstrument));
    for (const symbol of missing) this.#known.add(symbol);
  }
}

/** @throws AppError INVALID_ARGUMENT naming the accepted forms */
export function canonicalSymbol(input: string, kind: EndpointKind = 'stock'): string {
  try {
    return parseSymbol(input, { kind }).symbol;
  } catch (error) {
    if (error instanceof SymbolError) throw invalidArgument('symbol', error.message, { cause: error });
    throw error;
  }
}

function unnamedInstrument(symbol: string): InstrumentPayload {
  return { symbol, name: symbol, kind: kindOf(symbol), board: boardOf(symbol), isSt: false, status: 'listed' };
}

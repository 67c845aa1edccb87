import type { InstrumentPayload } from '@quotefleet/contracts';
import { boardOf, kindOf, marketOf, parseSymbol, resolveAlias, SymbolError } from '@quotefleet/domain';
import { invalidArgument, notFound } from '@quotefleet/service-kit';
import type { InstrumentStore } from './instrument-store.ts';

/** What an endpoint serves: `stock` takes anything traded in China, `index` indices, the others their markets. */
export type EndpointKind = 'stock' | 'index' | 'hk' | 'us';

/** Resolves what callers name to instruments. */
export class InstrumentDirectory {
  readonly #store: InstrumentStore;
  /** Symbols known to be stored; it only grows, as instruments are never deleted. */
  readonly #known = new Set<string>();

  constructor(store: InstrumentStore) {
    this.#store = store;
  }

  /**
   * The symbol of a stored instrument, from any accepted form of it.
   * @throws AppError INVALID_ARGUMENT where it is malformed, NOT_FOUND where nothing is known of it
   */
  async symbolOf(input: string, kind: EndpointKind): Promise<string> {
    const symbol = canonicalSymbol(input, kind);
    const found = endpointOf(symbol);
    if (found !== kind) throw notFound(`${symbol} is not of the ${kind} endpoint: ask the ${found} endpoint`);
    return this.require(symbol);
  }

  /**
   * The same canonical symbol, of whatever kind, of which something is known.
   * @throws AppError NOT_FOUND
   */
  async require(symbol: string): Promise<string> {
    if (!this.#known.has(symbol)) await this.get(symbol);
    return symbol;
  }

  /**
   * What is known of a canonical symbol, of whatever kind, read anew.
   * @throws AppError NOT_FOUND
   */
  async get(symbol: string): Promise<InstrumentPayload> {
    const instrument = await this.#store.find(symbol);
    if (!instrument) throw notFound(`symbol ${symbol} is not known here`);
    this.#known.add(symbol);
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

/**
 * The symbol that an instrument has today, from any accepted form of it or of a code it had before.
 * @throws AppError INVALID_ARGUMENT naming the accepted forms
 */
export function canonicalSymbol(input: string, kind: EndpointKind = 'stock', field = 'symbol'): string {
  try {
    return resolveAlias(parseSymbol(withMarket(input, kind), { kind: kind === 'index' ? 'index' : 'stock' }).symbol);
  } catch (error) {
    if (error instanceof SymbolError) throw invalidArgument(field, error.message, { cause: error });
    throw error;
  }
}

/**
 * Each of them once, in the order given; a bare 000001 is the stock.
 * @throws AppError INVALID_ARGUMENT naming the parameter `symbols`
 */
export function canonicalSymbols(inputs: readonly string[]): string[] {
  return [...new Set(inputs.map((input) => canonicalSymbol(input, 'stock', 'symbols')))];
}

/** A bare code belongs to the market of the endpoint. */
function withMarket(input: string, kind: EndpointKind): string {
  if (kind === 'hk' && /^\d{1,5}$/.test(input)) return `${input}.HK`;
  if (kind === 'us' && /^[A-Za-z][A-Za-z0-9]{0,7}$/.test(input) && !/^us[A-Z]/.test(input)) return `${input}.US`;
  return input;
}

function endpointOf(symbol: string): EndpointKind {
  const market = marketOf(symbol);
  if (market === 'HK') return 'hk';
  if (market === 'US') return 'us';
  return kindOf(symbol) === 'index' ? 'index' : 'stock';
}

function unnamedInstrument(symbol: string): InstrumentPayload {
  return { symbol, name: symbol, kind: kindOf(symbol), board: boardOf(symbol), isSt: false, status: 'listed' };
}

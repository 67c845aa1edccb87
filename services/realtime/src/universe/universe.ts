import { marketApi } from '@quotefleet/contracts';
import { AppError, type HttpClient } from '@quotefleet/service-kit';
import type { MarketState } from '../rooms/market-state.ts';
import { RoomError } from '../rooms/room-name.ts';

const KNOWN_MS = 600_000;
/** Short: an import may bring the symbol any moment. */
const UNKNOWN_MS = 5000;
const ANSWERS_MAX = 20_000;

/** Which symbols exist, as market-data knows. */
export class Universe {
  readonly #marketData: HttpClient;
  readonly #state: MarketState;
  readonly #answers = new Map<string, { exists: boolean; until: number }>();
  readonly #asking = new Map<string, Promise<boolean>>();

  constructor(marketData: HttpClient, state: MarketState) {
    this.#marketData = marketData;
    this.#state = state;
  }

  /** @throws RoomError where the symbol is unknown, or where that cannot be told now */
  async require(symbol: string): Promise<void> {
    if (this.#state.latestTick(symbol)) return;
    const answer = this.#answers.get(symbol);
    const exists = answer && answer.until > performance.now() ? answer.exists : await this.#ask(symbol);
    if (!exists) throw new RoomError('NOT_FOUND', `unknown symbol ${symbol}`);
  }

  #ask(symbol: string): Promise<boolean> {
    const running = this.#asking.get(symbol);
    if (running) return running;
    const asking = this.#lookUp(symbol).finally(() => this.#asking.delete(symbol));
    this.#asking.set(symbol, asking);
    return asking;
  }

  async #lookUp(symbol: string): Promise<boolean> {
    try {
      await this.#marketData.call(marketApi.stockInfo, { params: { symbol } });
      return this.#remember(symbol, true, KNOWN_MS);
    } catch (error) {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return this.#remember(symbol, false, UNKNOWN_MS);
      throw new RoomError('UNAVAILABLE', `cannot tell now whether ${symbol} exists, try again`, { cause: error });
    }
  }

  #remember(symbol: string, exists: boolean, forMs: number): boolean {
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    this.#answers.set(symbol, { exists, until: performance.now() + forMs });
    return exists;
  }
}

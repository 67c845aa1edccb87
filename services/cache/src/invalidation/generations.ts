import { SHANGHAI_OFFSET_MS } from '@quotefleet/domain';

const DAY_MS = 24 * 3600 * 1000;

/** What an answer is about, and after which market time nothing changes it any more. */
export interface Subject {
  symbol: string | undefined;
  closesAt: number;
}

/** The state of a subject's data at one moment; a later change makes it another. */
export interface Stamp {
  /** Changes with every import or amendment. */
  stored: number;
  /** Changes with every bar of the running market; constant for what the market cannot change any more. */
  live: number;
}

interface SymbolState extends Stamp {
  storedChangedAt: number;
  liveChangedAt: number;
  /** The latest `closesAt` among the answers that were taken for closed. */
  closedUpTo: number;
}

/** Answers that are about no symbol, or about many: each import may change them. */
const LISTS = '';
/** Well above any market's number of symbols; what asks for more makes names up. */
const SYMBOLS_MAX = 100_000;

/**
 * Knows what has changed since an answer was made. Every answer carries the stamp its making began with; it counts
 * only while that is still the stamp of its subject. So an answer that was being made while the data changed under it
 * is never used, and an invalidation costs one assignment, whatever the number of answers about the symbol.
 */
export class Generations {
  readonly #states = new Map<string, SymbolState>();
  #latestBarTs = Number.POSITIVE_INFINITY;
  #lastNumber = 0;
  /** What symbols start from of which no change is known. */
  #start: SymbolState = this.#freshState();

  /** Whether the market cannot change the subject any more: it ends before the market's current day. */
  isClosed({ closesAt }: Subject): boolean {
    return closesAt <= this.#marketDayStart();
  }

  /** To be taken before the data are asked for. */
  stamp(subject: Subject): Stamp {
    if (!this.isClosed(subject)) {
      const { stored, live } = this.#peek(subject);
      return { stored, live };
    }
    if (Number.isFinite(subject.closesAt)) {
      const state = this.#state(subject.symbol ?? LISTS);
      state.closedUpTo = Math.max(state.closedUpTo, subject.closesAt);
    }
    return { stored: this.#peek(subject).stored, live: 0 };
  }

  /** An answer made elsewhere counts if its making began after this time. */
  changedAt(subject: Subject): number {
    const { storedChangedAt, liveChangedAt } = this.#peek(subject);
    return Math.max(storedChangedAt, this.isClosed(subject) ? 0 : liveChangedAt);
  }

  /** Stored data of a symbol changed, or of no symbol. */
  storedChanged(symbol: string = LISTS): void {
    for (const key of new Set([symbol, LISTS])) this.#changeStored(this.#state(key));
  }

  /** The market brought a bar; one within what was taken for closed is a change of stored data. */
  barChanged(symbol: string, ts: number): void {
    this.#latestBarTs = Number.isFinite(this.#latestBarTs) ? Math.max(this.#latestBarTs, ts) : ts;
    const state = this.#state(symbol);
    state.live = this.#nextNumber();
    state.liveChangedAt = Date.now();
    for (const closed of [state, this.#states.get(LISTS)]) {
      if (closed && ts < closed.closedUpTo) this.#changeStored(closed);
    }
  }

  #changeStored(state: SymbolState): void {
    state.stored = this.#nextNumber();
    state.storedChangedAt = Date.now();
    state.closedUpTo = Number.NEGATIVE_INFINITY;
  }

  /** A simulated or replayed market may be at another day than the clock. */
  #marketDayStart(): number {
    const shanghai = Math.min(Date.now(), this.#latestBarTs) + SHANGHAI_OFFSET_MS;
    return shanghai - (shanghai % DAY_MS) - SHANGHAI_OFFSET_MS;
  }

  #peek({ symbol = LISTS }: Subject): SymbolState {
    return this.#states.get(symbol) ?? this.#start;
  }

  #state(key: string): SymbolState {
    const known = this.#states.get(key);
    if (known) return known;
    if (this.#states.size >= SYMBOLS_MAX) {
      this.#states.clear();
      this.#start = this.#freshState();
    }
    const state = { ...this.#start };
    this.#states.set(key, state);
    return state;
  }

  /** Changes before this moment are unknown: no answer made before it counts. */
  #freshState(): SymbolState {
    const number = this.#nextNumber();
    const now = Date.now();
    return {
      stored: number,
      live: number,
      storedChangedAt: now,
      liveChangedAt: now,
      closedUpTo: Number.NEGATIVE_INFINITY,
    };
  }

  /** Numbers are never used twice, so that a stamp cannot come back. */
  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }
}

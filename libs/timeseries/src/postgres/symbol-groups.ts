const FIRST_GROUP_SYMBOLS = 8;
const MAX_GROUP_SYMBOLS = 512;
const GROWTH = 4;
/** A group may turn out to have so many times the rows that were meant for it. */
const TOLERANCE = 4;

/**
 * Cuts symbols into groups of about so many rows each: the more symbols are read at once, the fewer times the pages they
 * share are read, but all of a group is in memory. How many rows a symbol has shows as the groups are read.
 */
export class SymbolGroups {
  readonly #symbols: readonly string[];
  readonly #rows: number;
  #at = 0;
  #size = FIRST_GROUP_SYMBOLS;
  #mostRows: number | undefined;

  constructor(symbols: readonly string[], rows: number) {
    this.#symbols = symbols;
    this.#rows = rows;
  }

  /** The group to read now; empty when all are read. */
  get current(): readonly string[] {
    return this.#symbols.slice(this.#at, this.#at + this.#size);
  }

  /** The most rows that a symbol had so far; undefined where none had any. */
  get mostRows(): number | undefined {
    return this.#mostRows;
  }

  /** True when a group of which so many rows were read is better read in parts. */
  isTooLarge(rows: number): boolean {
    return rows > this.#rows * TOLERANCE && this.current.length > 1;
  }

  /** Cuts the current group smaller. */
  split(): void {
    this.#size = Math.ceil(this.current.length / GROWTH);
  }

  /** Goes on to the next group. @param mostRows the most that one symbol of this one has */
  advance(mostRows: number): void {
    this.#at += this.#size;
    if (mostRows > 0) this.#mostRows = Math.max(this.#mostRows ?? 0, mostRows);
    const fitting = Math.max(1, Math.floor(this.#rows / (this.#mostRows ?? 1)));
    this.#size = Math.min(fitting, this.#size * GROWTH, MAX_GROUP_SYMBOLS);
  }
}

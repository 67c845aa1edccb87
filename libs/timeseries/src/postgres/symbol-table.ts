const FACTOR = 31;
/** Slots per symbol: most are found at the first look. */
const ROOM = 4;

/** Finds the place of a symbol by its bytes where they lie: to make a string of each row's symbol would take longer than all else. */
export class SymbolTable {
  readonly #symbols: readonly Buffer[];
  /** Place of a symbol, or -1. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols.map((symbol) => Buffer.from(symbol));
    const size = 2 ** Math.ceil(Math.log2(symbols.length * ROOM + 1));
    this.#mask = size - 1;
    this.#slots = new Int32Array(size).fill(-1);
    for (const [place, symbol] of this.#symbols.entries()) this.#slots[this.#slotOf(symbol, 0, symbol.length)] = place;
  }

  /** The place of the symbol in the list; -1 where it is not in it. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slotOf(bytes, start, end)] as number;
  }

  /** The slot of these bytes, or the one that is free for them. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, FACTOR) + (bytes[at] as number)) | 0;
    let slot = hash & this.#mask;
    for (;;) {
      const place = this.#slots[slot] as number;
      if (place === -1 || isSame(this.#symbols[place] as Buffer, bytes, start, end)) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}

function isSame(symbol: Buffer, bytes: Uint8Array, start: number, end: number): boolean {
  if (symbol.length !== end - start) return false;
  for (let i = 0; i < symbol.length; i++) if (symbol[i] !== bytes[start + i]) return false;
  return true;
}

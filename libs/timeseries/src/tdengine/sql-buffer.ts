import { doubleLiteral, textLiteral } from './sql-text.ts';

/** A statement is sent when it is long enough; what is written to it at once has the rest. */
const CAPACITY_BYTES = 1_500_000;
const ZERO = 0x30;
const POINT = 0x2e;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const TEN_MILLION = 10_000_000;
/** Prices have at most three decimals, and are smaller. */
const LARGEST_QUICK = 1e12;
const LONGEST_QUICK_TEXT = 64;

/** A statement as bytes: numbers are written digit by digit, four times as fast as by way of strings. */
export class SqlBuffer {
  readonly #bytes = Buffer.allocUnsafe(CAPACITY_BYTES);
  #at = 0;

  constructor(head = '') {
    this.sql(head);
  }

  get length(): number {
    return this.#at;
  }

  /** The first of its bytes. */
  head(length = this.#at): Buffer {
    return this.#bytes.subarray(0, length);
  }

  sql(sql: string): void {
    this.#at += this.#bytes.write(sql, this.#at);
  }

  /** One ASCII character. */
  character(code: number): void {
    this.#bytes[this.#at++] = code;
  }

  integer(value: number): void {
    if (value < 0) {
      this.sql(String(value));
    } else if (value < TEN_MILLION) {
      this.#digits(value, digitsOf(value));
    } else {
      const high = Math.floor(value / TEN_MILLION);
      this.#digits(high, digitsOf(high));
      this.#digits(value - high * TEN_MILLION, 7);
    }
  }

  /** Digits that read back as exactly this number. */
  double(value: number): void {
    const thousandths = Math.round(value * 1_000);
    // A quotient of integers is rounded as the decimal they stand for is when it is read.
    if (!(value > 0 && value < LARGEST_QUICK && thousandths / 1_000 === value)) {
      this.sql(doubleLiteral(value));
      return;
    }
    const whole = Math.floor(thousandths / 1_000);
    this.integer(whole);
    const rest = thousandths - whole * 1_000;
    if (rest === 0) return;
    this.character(POINT);
    if (rest % 10 > 0) this.#digits(rest, 3);
    else if (rest % 100 > 0) this.#digits(rest / 10, 2);
    else this.#digits(rest / 100, 1);
  }

  text(text: string): void {
    const start = this.#at;
    if (text.length <= LONGEST_QUICK_TEXT && this.#plainText(text)) return;
    this.#at = start;
    this.sql(textLiteral(text));
  }

  /** False where the text has anything but plain ASCII; what was written then is of no use. */
  #plainText(text: string): boolean {
    this.character(QUOTE);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
      this.character(code);
    }
    this.character(QUOTE);
    return true;
  }

  #digits(value: number, count: number): void {
    const start = this.#at;
    const bytes = this.#bytes;
    let rest = value;
    for (let at = start + count - 1; at >= start; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#at = start + count;
  }
}

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count++;
  return count;
}

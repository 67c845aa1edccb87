import { quoteName, toTag } from './influx-names.ts';
import type { InfluxSeries } from './influx-series.ts';

/** Symbols that one statement names. */
export const SYMBOLS_PER_STATEMENT = 200;

/** Every field, as `decodeRows` takes them. */
export function selectFrom({ fields, source }: InfluxSeries): string {
  return `SELECT ${fields.map(quoteName).join(', ')} FROM ${source}`;
}

export function groupBy(tags: readonly string[]): string {
  return tags.length === 0 ? '' : ` GROUP BY ${tags.map(quoteName).join(', ')}`;
}

/** The texts of one request that its statements name: `$p0`, `$p1`, ... */
export class Parameters {
  readonly values: Record<string, string> = {};
  readonly #names = new Map<string, string>();

  /** `("tag" = $p0 OR ...)`. */
  anyOf(tag: string, texts: readonly string[]): string {
    return `(${texts.map((text) => `${quoteName(tag)} = ${this.#nameOf(toTag(text))}`).join(' OR ')})`;
  }

  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `p${this.#names.size}`;
    this.#names.set(text, `$${name}`);
    this.values[name] = text;
    return `$${name}`;
  }
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

import { BITS_PER_MASK, type FieldColumn } from './influx-series.ts';

/** The values of `_set`, `_set1`, ...: a bit for each column that has a value. A point written again keeps its old fields. */
export function masksOf(columns: readonly FieldColumn[], maskCount: number, has: (name: string) => boolean): number[] {
  const masks = new Array<number>(maskCount).fill(0);
  for (const { name, bit } of columns) {
    if (bit === undefined || !has(name)) continue;
    const mask = Math.floor(bit / BITS_PER_MASK);
    masks[mask] = (masks[mask] ?? 0) + 2 ** (bit % BITS_PER_MASK);
  }
  return masks;
}

/** Not by the operators on bits, which know 32 of them. */
export function isSet(mask: unknown, bit: number): boolean {
  return typeof mask === 'number' && Math.floor(mask / 2 ** (bit % BITS_PER_MASK)) % 2 === 1;
}

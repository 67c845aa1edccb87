/** The first of items in an order, without sorting them all. */
export function topOf<T>(items: Iterable<T>, count: number, compare: (a: T, b: T) => number): T[] {
  const top: T[] = [];
  for (const item of items) {
    if (top.length === count && compare(top[count - 1] as T, item) <= 0) continue;
    let at = top.length;
    while (at > 0 && compare(top[at - 1] as T, item) > 0) at -= 1;
    top.splice(at, 0, item);
    if (top.length > count) top.pop();
  }
  return top;
}

type Figure = 'change' | 'amount' | 'volume';
type Compare<T> = (a: T, b: T) => number;

/** The greatest first; what is equal by turnover, then by symbol, so that lists do not flicker. */
export function descending<T extends Record<Figure, number> & { symbol: string }>(figure: Figure): Compare<T> {
  return (a, b) => b[figure] - a[figure] || b.amount - a.amount || (a.symbol < b.symbol ? -1 : 1);
}

/** The least change first. */
export function byLoss<T extends Record<Figure, number> & { symbol: string }>(a: T, b: T): number {
  return a.change - b.change || b.amount - a.amount || (a.symbol < b.symbol ? -1 : 1);
}

const KEYS = ['600519.SH', '000001.SZ', '920047.BJ', '00700.HK', 'AAPL.US', '300750.SZ'];

/** Events of several symbols in turn. */
export function numbered(from: number, count: number): { key: string; value: number }[] {
  return Array.from({ length: count }, (_, index) => {
    const value = from + index;
    return { key: KEYS[value % KEYS.length] ?? '', value };
  });
}

export function sameKey(from: number, count: number): { key: string; value: number }[] {
  return Array.from({ length: count }, (_, index) => ({ key: 'one', value: from + index }));
}

/** What a {@link Probe} has by key after it took `events` in order. */
export function expectedByKey(events: readonly { key: string; value: number }[]): Record<string, number[]> {
  return Object.fromEntries(
    KEYS.map((key) => [key, events.filter((event) => event.key === key).map(({ value }) => value)]),
  );
}

export function numbersOf(events: readonly { value: number }[]): number[] {
  return events.map(({ value }) => value);
}

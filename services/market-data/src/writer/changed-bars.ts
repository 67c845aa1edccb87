import type { BarPayload, TickPayload } from '@quotefleet/contracts';
import type { Bar } from '@quotefleet/domain';

/** The bars that a batch changed, each in its newest state. */
export class ChangedBars {
  /** By symbol, then by time, minutes and days apart. */
  readonly #minutes = new Map<string, Map<number, Bar>>();
  readonly #days = new Map<string, Map<number, Bar>>();

  put(bar: Bar): void {
    const bars = bar.period === '1d' ? this.#days : this.#minutes;
    const ofSymbol = bars.get(bar.symbol);
    if (ofSymbol) ofSymbol.set(bar.ts, bar);
    else bars.set(bar.symbol, new Map([[bar.ts, bar]]));
  }

  /** With the sequence of the newest tick of each symbol, which subscribers follow. */
  toPayloads(newestOf: (symbol: string) => TickPayload | undefined): BarPayload[] {
    const payloads: BarPayload[] = [];
    for (const bars of [this.#minutes, this.#days]) {
      for (const [symbol, byTime] of bars) {
        const newest = newestOf(symbol);
        if (!newest) continue;
        for (const bar of byTime.values()) payloads.push({ ...bar, seq: newest.seq, epoch: newest.epoch });
      }
    }
    return payloads;
  }
}

import { type EventBatch, PoisonEventError, type ReceivedEvent, type SubscribeOptions } from '../event-bus.ts';
import { numbersOf } from './numbered-events.ts';

/** A consumer of numbers that remembers what it took, and fails as it is told to. */
export class Probe {
  readonly batches: EventBatch<number>[] = [];
  readonly events: ReceivedEvent<number>[] = [];
  /** How many times the handler fails before it takes anything. */
  failures = 0;
  /** The number that is poison. */
  poison: number | undefined;
  attempts = 0;

  readonly options: Pick<SubscribeOptions<number>, 'decode' | 'handle'> = {
    decode: (value) => {
      if (typeof value !== 'number') {
        throw new TypeError('expected a number');
      }
      return value;
    },
    handle: async (batch) => {
      this.attempts += 1;
      if (this.attempts <= this.failures) {
        throw new Error('passing fault');
      }
      const index = batch.events.findIndex(({ value }) => value === this.poison);
      if (index >= 0) {
        throw new PoisonEventError(index, `no good: ${this.poison}`);
      }
      this.take(batch);
    },
  };

  take(batch: EventBatch<number>): void {
    this.batches.push(batch);
    this.events.push(...batch.events);
  }

  numbers(): number[] {
    return numbersOf(this.events);
  }

  byKey(): Record<string, number[]> {
    const byKey: Record<string, number[]> = {};
    for (const { key, value } of this.events) {
      byKey[key] = [...(byKey[key] ?? []), value];
    }
    return byKey;
  }
}

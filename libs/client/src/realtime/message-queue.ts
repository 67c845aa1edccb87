import { QuotefleetError } from '../client-error.ts';
import type { AnyMessage, GapMessage } from './messages.ts';
import { gapMessage } from './room-outlet.ts';

interface Lost {
  epoch: string | undefined;
  from: number;
  to: number;
  isOneEpoch: boolean;
}

/**
 * What waits for a consumer that iterates. It is bounded: when it is full the oldest make room, and the consumer finds
 * a gap with the reason `overflow` for each room in their place.
 */
export class MessageQueue<M extends AnyMessage> {
  readonly #max: number;
  #waiting: (M | GapMessage)[] = [];
  /** By room: what made room. */
  readonly #lost = new Map<string, Lost>();
  #reader: { resolve: (result: IteratorResult<M | GapMessage>) => void; reject: (error: Error) => void } | undefined;
  #end: { error: Error | undefined } | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#waiting.length;
  }

  push(message: M | GapMessage): void {
    if (this.#end) return;
    const reader = this.#reader;
    if (reader) {
      this.#reader = undefined;
      reader.resolve({ value: message, done: false });
      return;
    }
    this.#waiting.push(message);
    // A quarter at a time: shifting a long array for every message would cost more than the message.
    if (this.#waiting.length > this.#max)
      for (const lost of this.#waiting.splice(0, Math.ceil(this.#max / 4))) this.#lose(lost);
  }

  /** What waits is still read; after that the iteration ends, or fails with the error. */
  end(error?: Error): void {
    if (this.#end) return;
    this.#end = { error };
    const reader = this.#reader;
    this.#reader = undefined;
    if (!reader) return;
    if (error) reader.reject(error);
    else reader.resolve({ value: undefined, done: true });
  }

  async next(): Promise<IteratorResult<M | GapMessage>> {
    const gap = this.#takeGap();
    if (gap) return { value: gap, done: false };
    const message = this.#waiting.shift();
    if (message) return { value: message, done: false };
    if (this.#end?.error) throw this.#end.error;
    if (this.#end) return { value: undefined, done: true };
    if (this.#reader) throw new QuotefleetError('CONFLICT', 'a subscription can be iterated by one loop at a time');
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  #lose({ type, room, epoch, seq, prevSeq, payload }: M | GapMessage): void {
    const from = type === 'gap' ? (payload.from ?? seq) : (prevSeq ?? seq - 1) + 1;
    const lost = this.#lost.get(room);
    if (!lost) {
      this.#lost.set(room, { epoch, from, to: seq, isOneEpoch: type !== 'gap' || payload.to !== undefined });
      return;
    }
    lost.isOneEpoch &&= lost.epoch === epoch;
    lost.from = Math.min(lost.from, from);
    lost.to = Math.max(lost.to, seq);
    lost.epoch = epoch;
  }

  #takeGap(): GapMessage | undefined {
    const [first] = this.#lost;
    if (!first) return undefined;
    const [room, { epoch, from, to, isOneEpoch }] = first;
    this.#lost.delete(room);
    const payload = isOneEpoch ? { from, to, reason: 'overflow' as const } : { reason: 'overflow' as const };
    return { ...gapMessage(room, payload, { epoch, seq: to }), type: 'gap', origin: 'live' };
  }
}

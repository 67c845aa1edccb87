import type { Position, ServerMessage } from '@quotefleet/contracts/shapes';

/** What a message is to a client that is at some position of its room. */
export type Step =
  /** The next one. */
  | { kind: 'next' }
  /** One that it had already. */
  | { kind: 'known' }
  /** The sequences `from` to `to` should have come before it. */
  | { kind: 'missing'; from: number; to: number }
  /** The sequence was started anew. */
  | { kind: 'epoch' };

/** Epochs before the present one that are remembered. */
const PAST_MAX = 8;

/**
 * Where a client is in a room, and what each message is to it: the chain rule of the protocol.
 *
 * Of bars several states carry one sequence, and an amendment of an earlier bar a lower one: none of them is known.
 */
export class Chain {
  #epoch: string | undefined;
  #seq: number | undefined;
  /** How far it came in former epochs: a node that is behind may begin with what this client had long ago. */
  readonly #past = new Map<string | undefined, number>();

  /** Of the last message taken; undefined before the first, and in rooms without an epoch. */
  get position(): Position | undefined {
    return this.#epoch === undefined || this.#seq === undefined ? undefined : { epoch: this.#epoch, seq: this.#seq };
  }

  get seq(): number | undefined {
    return this.#seq;
  }

  get epoch(): string | undefined {
    return this.#epoch;
  }

  judge({ type, epoch, seq, prevSeq }: ServerMessage): Step {
    const at = this.#seq;
    if (at === undefined) return { kind: 'next' };
    if ((epoch || undefined) !== this.#epoch)
      return { kind: seq <= (this.#past.get(epoch || undefined) ?? -1) ? 'known' : 'epoch' };
    if (seq <= at) return type === 'bar' ? { kind: 'next' } : { kind: 'known' };
    const before = prevSeq ?? seq - 1;
    return before > at ? { kind: 'missing', from: at + 1, to: before } : { kind: 'next' };
  }

  /** Moves on to a message; one of an earlier bar does not move it back. */
  advance({ epoch, seq }: Pick<ServerMessage, 'epoch' | 'seq'>): void {
    const next = epoch || undefined;
    if (next === this.#epoch) {
      this.#seq = Math.max(this.#seq ?? seq, seq);
      return;
    }
    if (this.#seq !== undefined) this.#past.set(this.#epoch, this.#seq);
    this.#past.delete(next);
    for (const oldest of this.#past.keys()) if (this.#past.size > PAST_MAX) this.#past.delete(oldest);
    this.#epoch = next;
    this.#seq = seq;
  }
}

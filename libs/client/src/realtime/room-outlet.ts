import type {
  BarPayload,
  DeltaPayload,
  DepthPayload,
  GapPayload,
  ServerMessage,
  TickPayload,
} from '@quotefleet/contracts/shapes';
import type { LastBar } from './gap-plan.ts';
import { type AnyMessage, type GapMessage, type Origin, withOrigin } from './messages.ts';
import { OrderBook } from './order-book.ts';

/** What became of the messages of a client. */
export interface FeedCounts {
  /** Given to consumers, without gaps. */
  delivered: number;
  /** Of those, out of what is stored. */
  repaired: number;
  /** Gaps that consumers were told of. */
  gaps: number;
  /** Left out, since they had come before. */
  known: number;
}

/** The consumers' end of a room: hands on what it is given, and remembers where that leaves them. */
export class RoomOutlet {
  readonly #emit: (message: AnyMessage) => void;
  readonly #counts: FeedCounts;
  readonly #book = new OrderBook();
  /** A change came upon a book that is not here: nothing but a whole one helps. */
  #isBroken = false;
  #last: AnyMessage | undefined;
  #lastTs: number | undefined;
  #lastBar: LastBar | undefined;

  constructor(emit: (message: AnyMessage) => void, counts: FeedCounts) {
    this.#emit = emit;
    this.#counts = counts;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Of the last tick or trade, or the latest bar, ms since the epoch, UTC. */
  get lastTs(): number | undefined {
    return this.#lastTs;
  }

  get lastBar(): LastBar | undefined {
    return this.#lastBar;
  }

  /** What somebody who joins now starts from. */
  snapshot(): AnyMessage | undefined {
    if (this.#last?.type !== 'delta') return this.#last;
    const payload = this.#book.toDepth();
    return payload && { ...this.#last, type: 'depth', payload };
  }

  /** False where the message is a change upon a book that is not here: it is not handed on. */
  give(message: ServerMessage, origin: Origin): boolean {
    if (message.type === 'depth') {
      this.mend(message.payload as DepthPayload);
    } else if (message.type === 'delta' && !this.#book.apply(message.payload as DeltaPayload, message.prevSeq)) {
      return false;
    }
    this.#note(message);
    this.#last = withOrigin(message, origin);
    this.#counts.delivered += 1;
    if (origin === 'repaired') this.#counts.repaired += 1;
    this.#emit(this.#last);
    return true;
  }

  tellGap(gap: Omit<GapMessage, 'type' | 'origin'>): void {
    this.#counts.gaps += 1;
    this.#emit({ ...gap, type: 'gap', origin: 'live' });
  }

  noteKnown(): void {
    this.#counts.known += 1;
  }

  break(): void {
    this.#isBroken = true;
    this.#book.break();
  }

  /** Makes the book whole without telling anybody. */
  mend(book: DepthPayload): void {
    this.#book.replace(book);
    this.#isBroken = false;
  }

  #note({ type, payload }: ServerMessage): void {
    if (type === 'tick' || type === 'index' || type === 'trade') this.#lastTs = (payload as TickPayload).ts;
    if (type !== 'bar') return;
    const { symbol, period, ts, final } = payload as BarPayload;
    // An amendment of an earlier bar is not where the room is.
    if (this.#lastBar && ts < this.#lastBar.ts) return;
    this.#lastBar = { symbol, period, ts, final };
    this.#lastTs = ts;
  }
}

/** A gap as a message of its room; `seq` is where it leaves the room. */
export function gapMessage(
  room: string,
  payload: GapPayload,
  {
    epoch,
    seq,
    traceId = '',
    ts = Date.now(),
  }: { epoch?: string | undefined; seq: number; traceId?: string; ts?: number },
): Omit<GapMessage, 'type' | 'origin'> {
  return { room, payload, traceId, ...(epoch === undefined ? {} : { epoch }), seq, ts };
}

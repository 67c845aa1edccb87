import type {
  BarPayload,
  DepthPayload,
  GapPayload,
  Mode,
  Position,
  ServerMessage,
  TickPayload,
  TradePayload,
} from '@quotefleet/contracts/shapes';
import { Chain } from './chain.ts';
import type { Hole, Piece } from './gap-plan.ts';
import type { GapRepair } from './gap-repair.ts';
import type { AnyMessage, Origin } from './messages.ts';
import { type FeedCounts, gapMessage, RoomOutlet } from './room-outlet.ts';

export interface RoomFeedOptions {
  /** One concrete room, no wildcard. */
  room: string;
  mode: Mode;
  /** Absent where gaps shall be told and not repaired. */
  repair: GapRepair | undefined;
  /** While a gap is repaired, what follows waits: so many messages, and so long. */
  holdMax: number;
  holdMs: number;
  counts: FeedCounts;
  emit: (message: AnyMessage) => void;
  /** A whole book is needed: asks for the room's snapshot again. */
  renew: () => void;
  /** Whether the book is whole has changed without a message. */
  turn: () => void;
}

interface Arrival {
  message: ServerMessage;
  origin: Origin;
  /** Why what may be missing before it is. */
  reason: GapPayload['reason'];
}

interface Repairing {
  control: AbortController;
  held: Arrival[];
}

type Stored = TickPayload | TradePayload | BarPayload;
type StoredPiece = Piece<Stored>;

/** Rooms of what is stored, so that it can be read afterwards. */
const STORED: ReadonlySet<string> = new Set(['tick', 'index', 'trade', 'bar']);
/** Rooms that are all state: what is missed is made good by what comes. */
const STATES: ReadonlySet<string> = new Set(['board', 'market']);

/**
 * What one room gives its consumers: each message once and in order, and where something is missing what is stored of
 * it, before anything that follows, or a gap.
 */
export class RoomFeed {
  readonly #options: RoomFeedOptions;
  readonly #kind: string;
  readonly #chain = new Chain();
  readonly #outlet: RoomOutlet;
  #repairing: Repairing | undefined;
  /** The fleet said by itself that the sequence begins anew. */
  #wasEpochTold = false;

  constructor(options: RoomFeedOptions) {
    this.#options = options;
    this.#kind = options.room.split(':')[0] ?? '';
    this.#outlet = new RoomOutlet(options.emit, options.counts);
  }

  /** Where to resume from: what lies behind it was given to the consumers. */
  get position(): Position | undefined {
    return this.#chain.position;
  }

  /** Whether a whole book is waited for. */
  get isBroken(): boolean {
    return this.#outlet.isBroken;
  }

  /** What somebody who joins now starts from. */
  snapshot(): AnyMessage | undefined {
    return this.#outlet.snapshot();
  }

  /** Takes a message of the room, as it came. */
  take(message: ServerMessage, origin: Origin, reason: GapPayload['reason'] = 'not-received'): void {
    const arrival = { message, origin, reason };
    if (this.#repairing) this.#hold(this.#repairing, arrival);
    else if (message.type === 'gap') this.#takeGap(message);
    else if (!this.#outlet.isBroken || !this.#mend(message)) this.#judge(arrival);
  }

  /** Tells of what may have come before a message, where nothing had come by the connection before. */
  admit(snapshot: ServerMessage): void {
    const isConflated = this.#options.mode === 'merge' || STATES.has(this.#kind);
    if (this.#chain.seq === undefined && !isConflated) this.#tellGap({ reason: 'epoch' }, snapshot);
  }

  /** The connection is gone: what waits is dropped, since it will come again. */
  interrupt(): void {
    this.#repairing?.control.abort();
    this.#repairing = undefined;
  }

  #judge(arrival: Arrival): void {
    const step = this.#chain.judge(arrival.message);
    switch (step.kind) {
      case 'known':
        this.#outlet.noteKnown();
        break;
      case 'next':
        this.#give(arrival);
        break;
      case 'missing':
        this.#miss(step, arrival);
        break;
      case 'epoch':
        this.#beginEpoch(arrival);
        break;
    }
  }

  #give({ message, origin }: Arrival): void {
    if (this.#outlet.give(message, origin)) {
      this.#chain.advance(message);
      this.#wasEpochTold = false;
    } else {
      this.#break();
    }
  }

  #break(): void {
    const wasBroken = this.#outlet.isBroken;
    this.#outlet.break();
    this.#options.renew();
    if (!wasBroken) this.#options.turn();
  }

  /** True where a message to a broken book is dealt with. */
  #mend({ type, epoch, seq, payload }: ServerMessage): boolean {
    if (type === 'delta') {
      this.#options.renew();
      return true;
    }
    if (seq !== this.#chain.seq || epoch !== this.#chain.epoch) return false;
    this.#outlet.mend(payload as DepthPayload);
    this.#options.turn();
    return true;
  }

  #miss({ from, to }: { from: number; to: number }, arrival: Arrival): void {
    const { message, reason } = arrival;
    const isConflated = this.#options.mode === 'merge' && message.prevSeq === undefined;
    const hole = this.#hole(
      { epoch: this.#chain.epoch, from, to, isToKnown: message.prevSeq !== undefined, reason },
      message,
    );
    if (message.type === 'delta') {
      this.#break();
    } else if (isConflated || STATES.has(this.#kind)) {
      this.#give(arrival);
    } else if (hole) {
      this.#repair(hole, [arrival]);
    } else {
      this.#tellGap({ from, to, reason }, message);
      this.#give(arrival);
    }
  }

  #beginEpoch(arrival: Arrival): void {
    const { message } = arrival;
    const hole = this.#hole(
      {
        ...{
          epoch: this.#chain.epoch,
          from: (this.#chain.seq ?? 0) + 1,
          to: undefined,
          isToKnown: false,
          reason: 'not-received' as const,
        },
        next: { epoch: message.epoch, seq: message.seq },
      },
      message,
    );
    if (message.type === 'delta') {
      this.#break();
    } else if (hole && !this.#wasEpochTold) {
      this.#repair(hole, [arrival]);
    } else {
      if (!this.#wasEpochTold && !STATES.has(this.#kind)) this.#tellGap({ reason: 'epoch' }, message);
      this.#give(arrival);
    }
  }

  #takeGap(message: ServerMessage): void {
    const { reason, from: first, to } = message.payload as GapPayload;
    if (to === undefined || first === undefined) {
      this.#wasEpochTold = true;
      this.#tellGap({ reason }, message);
      return;
    }
    const isSameEpoch = message.epoch === this.#chain.epoch;
    const due = (this.#chain.seq ?? first - 1) + 1;
    const isChained = (message.prevSeq ?? first - 1) < due;
    // Where the gap itself follows on something that did not come, it begins there.
    const from = isSameEpoch ? (isChained ? Math.max(first, due) : due) : first;
    if (to < from) return;
    const hole = isSameEpoch ? this.#hole({ epoch: message.epoch, from, to, isToKnown: true, reason }) : undefined;
    if (hole) {
      this.#repair(hole, []);
    } else {
      this.#tellGap({ from, to, reason }, message);
      this.#chain.advance({ epoch: message.epoch, seq: to });
    }
  }

  /** What is missing, where it can be repaired at all: in raw rooms, after something that was had. */
  #hole(missing: Omit<Hole, 'afterTs' | 'beforeTs'>, before?: ServerMessage): Hole | undefined {
    const afterTs = this.#outlet.lastTs;
    const { mode, repair } = this.#options;
    if (!STORED.has(this.#kind) || mode !== 'raw' || !repair || afterTs === undefined) return undefined;
    return { ...missing, afterTs, beforeTs: before && (before.payload as TickPayload).ts };
  }

  #repair(hole: Hole, held: Arrival[]): void {
    const control = new AbortController();
    const repairing: Repairing = { control, held };
    this.#repairing = repairing;
    const timer = setTimeout(() => control.abort(), this.#options.holdMs);
    void this.#ask(hole, control.signal).then((pieces) => {
      clearTimeout(timer);
      // Interrupted meanwhile: what is missing will be found missing again.
      if (this.#repairing !== repairing) return;
      this.#repairing = undefined;
      this.#fill(hole, pieces);
      for (const { message, origin, reason } of held) this.take(message, origin, reason);
    });
  }

  async #ask(hole: Hole, signal: AbortSignal): Promise<StoredPiece[]> {
    const { repair, room } = this.#options;
    const { lastBar } = this.#outlet;
    const failed: Piece<never>[] = [{ gap: gapOf(hole), epoch: hole.epoch }];
    const symbol = room.split(':')[1] ?? '';
    let asked: Promise<StoredPiece[]> | undefined;
    if (this.#kind === 'trade') asked = repair?.trades(symbol, hole, signal);
    else if (this.#kind !== 'bar') asked = repair?.ticks(symbol, hole, signal);
    else if (lastBar) asked = repair?.bars(lastBar, hole, signal);
    if (!asked) return failed;
    return new Promise((resolve) => {
      asked.then(resolve, () => resolve(failed));
      // Whoever repairs gets a moment to hand over what it has.
      signal.addEventListener('abort', () => setTimeout(() => resolve(failed)), { once: true });
    });
  }

  #fill({ epoch, to, next, reason }: Hole, pieces: readonly StoredPiece[]): void {
    for (const piece of pieces) {
      if ('value' in piece) {
        this.#give({ message: this.#stored(piece.value), origin: 'repaired', reason });
      } else {
        this.#tellGap(piece.gap, { epoch: piece.epoch });
        if (piece.gap.to !== undefined) this.#chain.advance({ epoch: piece.epoch, seq: piece.gap.to });
      }
    }
    if (next) this.#chain.advance({ epoch: next.epoch, seq: next.seq - 1 });
    else if (to !== undefined) this.#chain.advance({ epoch, seq: to });
  }

  #stored(payload: Stored): ServerMessage {
    const { room } = this.#options;
    const place = { room, payload, traceId: '', epoch: payload.epoch, seq: payload.seq };
    const type = this.#kind as 'tick' | 'index' | 'trade' | 'bar';
    return { ...place, type, ts: 'receivedTs' in payload ? payload.receivedTs : payload.ts };
  }

  #hold({ control, held }: Repairing, arrival: Arrival): void {
    held.push(arrival);
    if (held.length > this.#options.holdMax) control.abort();
  }

  #tellGap(payload: GapPayload, { epoch, traceId, ts }: Partial<ServerMessage>): void {
    const seq = payload.to ?? this.#chain.seq ?? 0;
    this.#outlet.tellGap(gapMessage(this.#options.room, payload, { epoch, seq, traceId, ts }));
  }
}

/** What is told of a hole that nothing fills. */
function gapOf({ from, to, reason }: Hole): GapPayload {
  return to === undefined ? { reason: 'epoch' } : { from, to, reason };
}

import type { Mode } from '@quotefleet/contracts';

/** Sequences that were published of one epoch, both ends included. */
export interface Published {
  epoch: string;
  from: number;
  to: number;
}

/** What was published, by room: what a client has to account for. */
export type Truth = ReadonlyMap<string, readonly Published[]>;

/** The part of a message that the audit goes by. */
export interface Delivery {
  room: string;
  epoch: string;
  seq: number;
  prevSeq?: number | undefined;
}

export interface Verdict {
  /** Published in its rooms since the client first knew where it is. */
  owed: number;
  received: number;
  /** Not received, and announced as missing. */
  gapCovered: number;
  /** Left out by mode `merge`, within the chain of `prevSeq`. */
  conflated: number;
  /** Not received, and nobody said so. */
  lost: number;
  /** Sent twice in one connection. */
  doubled: number;
  /** Sent after a later one in one connection. */
  disordered: number;
  /** Sent again by another connection: the documented rule drops them. */
  repeated: number;
  /** Received without ever having been published. */
  invented: number;
  /** Says where, for the first few. */
  problems: string[];
}

interface Range {
  from: number;
  to: number;
}

interface Ledger {
  seen: Set<number>;
  announced: Range[];
  conflated: Range[];
  /** Highest sequence that the present connection was sent. */
  sent: number;
}

interface RoomRecord {
  ledgers: Map<string, Ledger>;
  /** The newest message or gap known: where a client resumes. */
  position: { epoch: string; seq: number } | undefined;
  /** The first message ever known: nothing before it is owed. */
  start: { epoch: string; seq: number } | undefined;
  /** The server said that an unknown number is missing up to the next message. */
  isOpen: boolean;
}

const PROBLEMS_MAX = 10;

/**
 * Follows one client in mode `raw` or `merge` by the documented rules alone, and tells in the end whether each published
 * sequence was received or announced as missing, in order and once.
 */
export class Audit {
  readonly #rooms = new Map<string, RoomRecord>();
  readonly #problems: string[] = [];
  readonly #counts = { doubled: 0, disordered: 0, repeated: 0 };
  readonly #mode: Mode;

  constructor(mode: Mode = 'raw') {
    this.#mode = mode;
  }

  /** Where a client is in a room, to resume from. */
  position(room: string): { epoch: string; seq: number } | undefined {
    return this.#rooms.get(room)?.position;
  }

  /** A new connection: what it is sent is judged by itself, and against what the client has. */
  connected(): void {
    for (const { ledgers } of this.#rooms.values()) for (const ledger of ledgers.values()) ledger.sent = -1;
  }

  /** The snapshot of an answer: the newest value, which the client may have already. */
  snapshot({ room, epoch, seq }: Delivery): void {
    const record = this.#record(room);
    record.start ??= { epoch, seq };
    const ledger = ledgerOf(record, epoch);
    ledger.sent = Math.max(ledger.sent, seq);
    this.#close(record, epoch, seq);
    this.#conflate(record, ledger, epoch, seq);
    this.#take(record, ledger, epoch, seq);
  }

  received({ room, epoch, seq, prevSeq }: Delivery): void {
    const record = this.#record(room);
    // A merged room may begin with any value, a raw one owes all of them.
    record.start ??= { epoch, seq: this.#mode === 'merge' ? seq : -1 };
    const ledger = ledgerOf(record, epoch);
    if (seq <= ledger.sent) {
      const kind = ledger.seen.has(seq) ? 'doubled' : 'disordered';
      this.#counts[kind] += 1;
      this.#tell(`${room}: ${kind} ${seq} behind ${ledger.sent}`);
      return;
    }
    ledger.sent = seq;
    const { position } = record;
    if (position?.epoch === epoch && seq <= position.seq) {
      this.#counts.repeated += 1;
      return;
    }
    this.#close(record, epoch, seq);
    if (position && (prevSeq ?? seq) <= position.seq) this.#conflate(record, ledger, epoch, seq);
    this.#take(record, ledger, epoch, seq);
  }

  /** The server said what it does not send; without `from` and `to` it cannot tell how much. */
  gap(
    room: string,
    epoch: string | undefined,
    { from, to }: { from?: number | undefined; to?: number | undefined },
  ): void {
    const record = this.#record(room);
    const of = epoch ?? record.position?.epoch;
    if (from === undefined || to === undefined || of === undefined) record.isOpen = true;
    else {
      ledgerOf(record, of).announced.push({ from, to });
      // A gap carries the sequence on like any other message.
      if (record.position?.epoch === of && to > record.position.seq) record.position = { epoch: of, seq: to };
    }
  }

  /** The server answered that it cannot tell what a resumed room missed. */
  notRecovered(room: string): void {
    this.#record(room).isOpen = true;
  }

  /** Whether the client has everything up to `seq`, or was told that it does not get it. */
  hasReached(room: string, seq: number): boolean {
    const { position } = this.#rooms.get(room) ?? {};
    return position !== undefined && position.seq >= seq;
  }

  verdict(truth: Truth): Verdict {
    const verdict: Verdict = {
      ...{ owed: 0, received: 0, gapCovered: 0, conflated: 0, lost: 0, invented: 0 },
      ...this.#counts,
      problems: [...this.#problems],
    };
    for (const [room, record] of this.#rooms) this.#judge(room, record, truth.get(room) ?? [], verdict);
    verdict.problems.splice(PROBLEMS_MAX);
    return verdict;
  }

  #judge(room: string, record: RoomRecord, published: readonly Published[], verdict: Verdict): void {
    const known = new Set<string>();
    let isOwed = record.start === undefined;
    for (const { epoch, from, to } of published) {
      known.add(epoch);
      const isFirst = record.start?.epoch === epoch;
      isOwed ||= isFirst;
      if (!isOwed) continue;
      const ledger = ledgerOf(record, epoch);
      const lost: number[] = [];
      const first = isFirst ? Math.max(from, record.start?.seq ?? from) : from;
      for (let seq = first; seq <= to; seq++) {
        verdict.owed += 1;
        if (ledger.seen.has(seq)) verdict.received += 1;
        else if (isWithin(ledger.announced, seq)) verdict.gapCovered += 1;
        else if (isWithin(ledger.conflated, seq)) verdict.conflated += 1;
        else lost.push(seq);
      }
      verdict.lost += lost.length;
      if (lost.length > 0) verdict.problems.push(`${room}: lost ${lost.length} of ${lost[0]} to ${lost.at(-1)}`);
      for (const seq of ledger.seen) if (seq < from || seq > to) verdict.invented += 1;
    }
    for (const [epoch, { seen }] of record.ledgers) if (!known.has(epoch)) verdict.invented += seen.size;
  }

  #take(record: RoomRecord, ledger: Ledger, epoch: string, seq: number): void {
    ledger.seen.add(seq);
    if (record.position?.epoch !== epoch || seq > record.position.seq) record.position = { epoch, seq };
  }

  /** A merged room goes from one value to the next, however many were between. */
  #conflate({ position }: RoomRecord, ledger: Ledger, epoch: string, seq: number): void {
    if (this.#mode === 'merge' && position?.epoch === epoch)
      ledger.conflated.push({ from: position.seq + 1, to: seq - 1 });
  }

  /** An announcement without an end ends at the next message. */
  #close(record: RoomRecord, epoch: string, seq: number): void {
    if (!record.isOpen) return;
    record.isOpen = false;
    const { position } = record;
    if (position && position.epoch !== epoch)
      ledgerOf(record, position.epoch).announced.push({ from: position.seq + 1, to: Number.MAX_SAFE_INTEGER });
    const from = position?.epoch === epoch ? position.seq + 1 : 0;
    ledgerOf(record, epoch).announced.push({ from, to: seq - 1 });
  }

  #record(room: string): RoomRecord {
    const record = this.#rooms.get(room) ?? {
      ledgers: new Map(),
      position: undefined,
      start: undefined,
      isOpen: false,
    };
    this.#rooms.set(room, record);
    return record;
  }

  #tell(problem: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(problem);
  }
}

function ledgerOf({ ledgers }: RoomRecord, epoch: string): Ledger {
  const ledger = ledgers.get(epoch) ?? { seen: new Set(), announced: [], conflated: [], sent: -1 };
  ledgers.set(epoch, ledger);
  return ledger;
}

function isWithin(ranges: readonly Range[], seq: number): boolean {
  return ranges.some(({ from, to }) => seq >= from && seq <= to);
}

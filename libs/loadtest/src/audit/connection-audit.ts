import type { ReceivedMessage } from '../connections/received-message.ts';
import { type AuditTotals, addGap, addViolation } from './audit-tally.ts';
import type { Heads } from './heads.ts';
import type { RoomSet } from './room-set.ts';

interface ConnectionAuditOptions {
  name: string;
  rooms: RoomSet;
  totals: AuditTotals;
}

/**
 * Follows the sequences of one connection by the chain rule of the protocol: a client at `n` lacks something where
 * `prevSeq` is above `n`, and knows already what is not above `n` (bars excepted). In rooms of mode raw whose sequence
 * counts ticks, a step over more than one without a gap message is a hole too.
 */
export class ConnectionAudit {
  readonly #name: string;
  readonly #rooms: RoomSet;
  readonly #totals: AuditTotals;
  readonly #epochs: (string | undefined)[] = [];
  /** -1 where nothing was received. */
  readonly #seqs: number[] = [];
  /** Slots whose messages are conflated. */
  readonly #merged = new Set<number>();

  constructor({ name, rooms, totals }: ConnectionAuditOptions) {
    this.#name = name;
    this.#rooms = rooms;
    this.#totals = totals;
  }

  /** Takes note that a room was granted, with its snapshot where there is one. */
  granted(room: string, mode: string | undefined, snapshot: ReceivedMessage | undefined): void {
    const slot = this.#rooms.slotOf(room);
    if (slot < 0) return;
    if (mode === 'merge') this.#merged.add(slot);
    if (snapshot) this.#moveTo(slot, snapshot);
  }

  receive(message: ReceivedMessage): void {
    const totals = this.#totals;
    if (message.type === 'heartbeat') {
      totals.heartbeats += 1;
      return;
    }
    // Codes about the connection itself come without a subscription.
    if (message.type === 'system' && message.systemCode !== 'NOTICE') return;
    totals.messages += 1;
    const slot = this.#rooms.slotOf(message.room);
    if (slot < 0) {
      this.#report('stray', message, 'not subscribed');
      return;
    }
    if (message.gap) addGap(totals, message.gap.reason, message.gap.missing);
    const at = this.#seqs[slot] ?? -1;
    if (at < 0) this.#moveTo(slot, message);
    else if (message.epoch !== this.#epochs[slot]) this.#changeEpoch(slot, message);
    else this.#follow(slot, at, message);
  }

  /** Raises the heads of rooms to where this connection is. */
  raiseHeads(heads: Heads): void {
    for (const [slot, seq] of this.#seqs.entries())
      if (seq >= 0) heads.raise(this.#rooms.roomAt(slot), this.#epochs[slot] ?? '', seq);
  }

  /** Rooms in which another connection was given, at the time of the heads, what this one has not been given yet. */
  behind(heads: Heads): string[] {
    const late: string[] = [];
    for (let slot = 0; slot < this.#rooms.size; slot += 1) {
      const room = this.#rooms.roomAt(slot);
      const seq = this.#seqs[slot] ?? -1;
      const head = seq < 0 ? heads.any(room) : heads.get(room, this.#epochs[slot] ?? '');
      if (head !== undefined && seq < head) late.push(`${this.#name} ${room}: at ${seq}, others at ${head}`);
    }
    return late;
  }

  #follow(slot: number, at: number, message: ReceivedMessage): void {
    const { seq, prevSeq, type } = message;
    if (prevSeq !== undefined && prevSeq > at) {
      this.#totals.missing += prevSeq - at;
      this.#report('hole', message, `was at ${at}`);
    } else if (seq <= at) {
      // Several states of a bar carry one sequence; a snapshot given again stands for itself.
      if (type === 'gap' || (seq === at && (type === 'bar' || prevSeq === undefined))) return;
      this.#report(seq === at ? 'double' : 'disorder', message, `was at ${at}`);
      return;
    } else if (seq > at + 1 && type !== 'gap' && this.#isCounted(slot)) {
      this.#totals.missing += seq - at - 1;
      this.#report('hole', message, `was at ${at}, and no gap was announced`);
    }
    this.#moveTo(slot, message);
  }

  #changeEpoch(slot: number, message: ReceivedMessage): void {
    if (this.#epochs[slot] !== undefined) this.#totals.epochChanges += 1;
    if (message.prevSeq !== undefined && message.type !== 'gap' && this.#epochs[slot] !== undefined)
      this.#report('hole', message, `was in epoch ${this.#epochs[slot]}`);
    this.#moveTo(slot, message);
  }

  #isCounted(slot: number): boolean {
    return this.#rooms.isCounted(slot) && !this.#merged.has(slot);
  }

  #moveTo(slot: number, { epoch, seq }: ReceivedMessage): void {
    while (this.#seqs.length <= slot) this.#seqs.push(-1);
    this.#seqs[slot] = seq;
    // The text that is there already is kept: another of the same content would be memory for nothing.
    if (this.#epochs[slot] !== epoch) this.#epochs[slot] = epoch;
  }

  #report(violation: 'hole' | 'double' | 'disorder' | 'stray', message: ReceivedMessage, words: string): void {
    const { type, room, seq, prevSeq } = message;
    addViolation(this.#totals, violation, `${this.#name} ${room} ${type} seq ${seq} prevSeq ${prevSeq}: ${words}`);
  }
}

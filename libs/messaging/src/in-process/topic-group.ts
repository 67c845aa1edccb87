import type { RawBatch, RawEvent } from '../delivery/deliver.ts';
import type { Member } from './member.ts';
import type { NewRecord, PartitionLog } from './partition-log.ts';

/** Before a batch that a member gave back is offered again. */
const REOFFER_PAUSE_MS = 50;

interface TopicGroupOptions {
  topic: string;
  logs: readonly PartitionLog[];
  /** Committed position per partition: the offset of the next record to hand in. */
  positions: number[];
  onCommit: (partition: number) => void;
}

/**
 * One consumer group on one topic. Partition p belongs to member p modulo their number; one batch
 * per partition is in hand at a time, which keeps the order also while partitions change hands.
 */
export class TopicGroup {
  readonly positions: number[];
  readonly #topic: string;
  readonly #logs: readonly PartitionLog[];
  readonly #onCommit: (partition: number) => void;
  readonly #members: Member[] = [];
  /** Members that have not caught up, and where each partition ended when they joined. */
  readonly #newcomers = new Map<Member, { ends: number[]; resolve: () => void }>();
  readonly #busy: boolean[];

  constructor({ topic, logs, positions, onCommit }: TopicGroupOptions) {
    this.#topic = topic;
    this.#logs = logs;
    this.positions = positions;
    this.#onCommit = onCommit;
    this.#busy = logs.map(() => false);
  }

  hasMembers(): boolean {
    return this.#members.length > 0;
  }

  /** Resolves once the member handled what was there when it joined, or left. */
  join(member: Member): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#members.push(member);
    this.#newcomers.set(member, { ends: this.#logs.map(({ end }) => end), resolve });
    for (const partition of this.#logs.keys()) {
      this.wake(partition);
    }
    this.#welcome();
    return promise;
  }

  leave(member: Member): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#newcomers.get(member)?.resolve();
    this.#newcomers.delete(member);
    this.#welcome();
  }

  /** Hands in what is there, unless a batch is in hand already. */
  wake(partition: number): void {
    if (!this.#busy[partition] && this.#owner(partition) !== undefined && this.#lag(partition) > 0) {
      this.#busy[partition] = true;
      // A turn of the event loop later, so that events published one by one still make a batch.
      setImmediate(() => void this.#run(partition));
    }
  }

  async #run(partition: number): Promise<void> {
    const owner = this.#owner(partition);
    const from = this.positions[partition];
    const records = owner && from !== undefined ? this.#logs[partition]?.read(from, owner.batchMax) : undefined;
    if (owner === undefined || from === undefined || records === undefined) {
      this.#busy[partition] = false;
      return;
    }
    const batch: RawBatch = { topic: this.#topic, partition, events: toRawEvents(records, from) };
    if (await owner.take(batch, () => this.#owner(partition) !== owner)) {
      this.positions[partition] = Math.max(this.positions[partition] ?? 0, from + records.length);
      this.#onCommit(partition);
      this.#welcome();
      this.#release(partition);
    } else {
      setTimeout(() => this.#release(partition), REOFFER_PAUSE_MS);
    }
  }

  #release(partition: number): void {
    this.#busy[partition] = false;
    this.wake(partition);
  }

  /** Tells the members that have caught up. */
  #welcome(): void {
    for (const [member, { ends, resolve }] of this.#newcomers) {
      const isBehind = (end: number, partition: number) =>
        (this.positions[partition] ?? 0) < end && this.#owner(partition) === member;
      if (!ends.some(isBehind)) {
        this.#newcomers.delete(member);
        resolve();
      }
    }
  }

  #owner(partition: number): Member | undefined {
    return this.#members[partition % this.#members.length];
  }

  #lag(partition: number): number {
    return (this.#logs[partition]?.end ?? 0) - (this.positions[partition] ?? 0);
  }
}

function toRawEvents(records: readonly NewRecord[], from: number): RawEvent[] {
  return records.map(({ key, value }, index) => ({
    key,
    offset: String(from + index),
    read: () => value,
    text: () => JSON.stringify(value),
  }));
}

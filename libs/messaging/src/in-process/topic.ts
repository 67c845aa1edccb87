import { BusUnavailableError, type StartPosition } from '../event-bus.ts';
import type { TopicJournal } from './journal/topic-journal.ts';
import type { Member } from './member.ts';
import type { Entry, PartitionLog } from './partition-log.ts';
import { TopicGroup } from './topic-group.ts';

/** How long a publish waits for a group to catch up. */
const ROOM_WAIT_MS = 10_000;

interface TopicOptions {
  name: string;
  logs: readonly PartitionLog[];
  journal: TopicJournal | undefined;
  /** Most records of a partition kept for groups without members, and before publishers must wait. */
  backlogMax: number;
  /** Told after a group's position moved. */
  onCommit: () => void;
}

interface WaitingPublish {
  entries: readonly Entry[];
  timer: NodeJS.Timeout;
  resolve: (accepted: Promise<void>) => void;
  reject: (error: Error) => void;
}

/** One topic: its partitions, the groups that read it and the publishers waiting for them. */
export class Topic {
  readonly #options: TopicOptions;
  readonly #groups = new Map<string, TopicGroup>();
  readonly #waiting: WaitingPublish[] = [];

  constructor(options: TopicOptions) {
    this.#options = options;
  }

  get partitions(): number {
    return this.#options.logs.length;
  }

  get groups(): ReadonlyMap<string, TopicGroup> {
    return this.#groups;
  }

  /** Finds or makes a group; a new one starts at `start`, which may be a position per partition. */
  openGroup(name: string, start: readonly number[] | StartPosition): TopicGroup {
    const existing = this.#groups.get(name);
    if (existing) {
      return existing;
    }
    const { logs } = this.#options;
    const positions = logs.map((log, partition) => startIn(log, partition, start));
    const group = new TopicGroup({
      topic: this.#options.name,
      logs,
      positions,
      onCommit: (partition) => this.#settle(partition),
    });
    this.#groups.set(name, group);
    this.#options.onCommit();
    return group;
  }

  /**
   * Takes entries in the order of the calls. With `mayWait` they are taken only once no group with
   * members is too far behind.
   */
  publish(entries: readonly Entry[], mayWait: boolean): Promise<void> {
    if (!mayWait || (this.#waiting.length === 0 && this.#laggard() === undefined)) {
      return this.#append(entries);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiting), ROOM_WAIT_MS);
      const waiting: WaitingPublish = { entries, timer, resolve, reject };
      this.#waiting.push(waiting);
    });
  }

  /** Lets in the publishers that need not wait any more. */
  #admit(): void {
    while (this.#waiting.length > 0 && this.#laggard() === undefined) {
      const next = this.#waiting.shift();
      if (next) {
        clearTimeout(next.timer);
        next.resolve(this.#append(next.entries));
      }
    }
  }

  leave(groupName: string, member: Member): void {
    this.#groups.get(groupName)?.leave(member);
    this.#admit();
  }

  /** Throws when nothing can be accepted any more. */
  check(): void {
    this.#options.journal?.check();
  }

  /** Forgets what no group needs. */
  trim(): void {
    for (const partition of this.#options.logs.keys()) {
      this.#trim(partition);
    }
  }

  /** Refuses the publishers that wait, then finishes the writes in hand. */
  async close(): Promise<void> {
    for (const waiting of this.#waiting.splice(0)) {
      clearTimeout(waiting.timer);
      waiting.reject(new BusUnavailableError(`topic ${this.#options.name}: closed before the events were accepted`));
    }
    await this.#options.journal?.close();
  }

  #settle(partition: number): void {
    this.#trim(partition);
    this.#options.onCommit();
    this.#admit();
  }

  #append(entries: readonly Entry[]): Promise<void> {
    const { journal } = this.#options;
    if (journal === undefined) {
      this.#show(entries);
      return Promise.resolve();
    }
    return journal.append(entries).then(() => this.#show(entries));
  }

  #show(entries: readonly Entry[]): void {
    const touched = new Set<number>();
    for (const { partition, key, value } of entries) {
      this.#options.logs[partition]?.append({ key, value });
      touched.add(partition);
    }
    for (const partition of touched) {
      this.#trim(partition);
      for (const group of this.#groups.values()) {
        group.wake(partition);
      }
    }
  }

  #trim(partition: number): void {
    const log = this.#options.logs[partition];
    if (!log) {
      return;
    }
    const cap = log.end - this.#options.backlogMax;
    let lowest = this.#groups.size === 0 ? cap : log.end;
    let lowestInUse = log.end;
    for (const group of this.#groups.values()) {
      const position = group.positions[partition] ?? log.end;
      lowest = Math.min(lowest, position);
      lowestInUse = group.hasMembers() ? Math.min(lowestInUse, position) : lowestInUse;
    }
    // A group without members must not hold back the others: what it misses beyond the cap is gone.
    log.dropBefore(Math.max(lowest, Math.min(cap, lowestInUse)));
    for (const group of this.#groups.values()) {
      group.positions[partition] = Math.max(group.positions[partition] ?? 0, log.start);
    }
    this.#options.journal?.dropBefore(this.#options.logs.map(({ start }) => start));
  }

  /** Names what publishers wait for, if anything. */
  #laggard(): string | undefined {
    const { name, logs, journal, backlogMax } = this.#options;
    if (journal && journal.queued >= backlogMax) {
      return `topic ${name}: ${journal.queued} events wait to be written`;
    }
    for (const [groupName, group] of this.#groups) {
      if (!group.hasMembers()) {
        continue;
      }
      for (const [partition, log] of logs.entries()) {
        const lag = log.end - (group.positions[partition] ?? log.end);
        if (lag >= backlogMax) {
          return `topic ${name}: group ${groupName} is ${lag} events behind in partition ${partition}`;
        }
      }
    }
    return undefined;
  }

  #giveUp(waiting: WaitingPublish): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    const reason = this.#laggard() ?? `topic ${this.#options.name}: others wait before`;
    waiting.reject(new BusUnavailableError(`${reason}; nothing was accepted after ${ROOM_WAIT_MS} ms`));
  }
}

function startIn(log: PartitionLog, partition: number, start: readonly number[] | StartPosition): number {
  if (typeof start === 'string') {
    return start === 'earliest' ? log.start : log.end;
  }
  return 'sinceMs' in start ? log.since(start.sinceMs) : clamp(start[partition] ?? log.start, log);
}

function clamp(position: number, log: PartitionLog): number {
  return Math.min(Math.max(position, log.start), log.end);
}

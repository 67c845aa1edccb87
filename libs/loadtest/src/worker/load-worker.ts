import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditTotals, addViolation, emptyTotals } from '../audit/audit-tally.ts';
import { type HeadEntry, Heads } from '../audit/heads.ts';
import { RoomSet } from '../audit/room-set.ts';
import { FrameReader } from '../connections/frame-reader.ts';
import type { ConnectionEnd, MarketClient, MarketClientHandlers } from '../connections/market-client.ts';
import { RawClient } from '../connections/raw-client.ts';
import { SocketIoClient } from '../connections/socket-io-client.ts';
import { LoadConnection } from './load-connection.ts';
import { Meter } from './meter.ts';
import type { ConnectionCounts, WorkerPlan, WorkerSample } from './worker-messages.ts';

const OPEN_EVERY_MS = 10;
/** Connections that are being opened at a time. */
const OPENING_MAX = 256;
const ATTEMPTS_MAX = 5;
const RETRY_MS = 1000;
const LATE_CHECK_MS = 200;

/** The connections of one worker process. */
export class LoadWorker {
  readonly counts: ConnectionCounts;
  readonly #plan: WorkerPlan;
  readonly #totals: AuditTotals = emptyTotals();
  readonly #meter = new Meter();
  readonly #reader = new FrameReader();
  readonly #roomSets = new Map<number, RoomSet>();
  readonly #connections = new Map<number, LoadConnection>();
  /** Connections that are to be tried again, and when. */
  readonly #retries: { index: number; attempts: number; at: number }[] = [];
  readonly #opener: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #opened = 0;
  #opening = 0;
  #settled = 0;

  constructor(plan: WorkerPlan) {
    this.#plan = plan;
    this.counts = {
      asked: plan.count,
      ...{ attempts: 0, open: 0, ready: 0, givenUp: 0, refused: {}, failed: {}, dropped: {} },
      ...{ roomsGranted: 0, roomsRefused: {}, delayed: 0 },
    };
    this.#opener = setInterval(() => this.#openDue(), OPEN_EVERY_MS);
  }

  get isSettled(): boolean {
    return this.#settled >= this.#plan.count;
  }

  sample(): WorkerSample {
    return this.#meter.sample(this.counts.open);
  }

  checkAlive(): void {
    const now = performance.now();
    for (const connection of this.#connections.values()) connection.checkAlive(now);
  }

  heads(): HeadEntry[] {
    const heads = new Heads();
    for (const connection of this.#openConnections()) connection.audit.raiseHeads(heads);
    return [...heads.entries()];
  }

  /** Waits until every open connection has come as far as the heads, and counts those that have not in the end. */
  async audit(entries: readonly HeadEntry[], graceMs: number): Promise<AuditTotals> {
    const heads = new Heads(entries);
    const deadline = performance.now() + graceMs;
    let late = this.#late(heads);
    while (late.length > 0 && performance.now() < deadline) {
      await sleep(LATE_CHECK_MS);
      late = this.#late(heads);
    }
    for (const words of late) addViolation(this.#totals, 'tail', words);
    return this.#totals;
  }

  close(): void {
    clearInterval(this.#opener);
    for (const connection of this.#connections.values()) connection.close();
  }

  *#openConnections(): Generator<LoadConnection> {
    for (const connection of this.#connections.values()) if (connection.isOpen) yield connection;
  }

  #late(heads: Heads): string[] {
    return [...this.#openConnections()].flatMap(({ audit }) => audit.behind(heads));
  }

  #openDue(): void {
    const { count, first, perSecond } = this.#plan;
    const due = Math.min(count, Math.ceil(((performance.now() - this.#startedAt) * perSecond) / 1000));
    while (this.#opened < due && this.#opening < OPENING_MAX) this.#open(first + this.#opened++, 1);
    const now = performance.now();
    while (this.#opening < OPENING_MAX) {
      const position = this.#retries.findIndex(({ at }) => at <= now);
      const [retry] = position < 0 ? [] : this.#retries.splice(position, 1);
      if (!retry) return;
      this.#open(retry.index, retry.attempts);
    }
  }

  #open(index: number, attempts: number): void {
    this.#opening += 1;
    const connection = new LoadConnection({
      index,
      rooms: this.#roomsOf(index),
      plan: this.#plan.rooms,
      counts: this.counts,
      totals: this.#totals,
      meter: this.#meter,
      connect: (handlers) => this.#connect(index, handlers),
      onSettled: (settled, end) => this.#settle(settled, end),
    });
    connection.attempts = attempts;
    this.#connections.set(index, connection);
  }

  #connect(index: number, handlers: MarketClientHandlers): MarketClient {
    const { urls, apiKey, encoding, client, addresses } = this.#plan;
    const url = urls[index % urls.length] ?? '';
    // A whole round over the servers for each address: the same pair of both does not come again too soon.
    const localAddress = addresses[Math.floor(index / urls.length) % addresses.length];
    const options = { url, apiKey, encoding, localAddress, handlers };
    return client === 'raw' ? new RawClient(options, this.#reader) : new SocketIoClient(options);
  }

  #settle(connection: LoadConnection, end: ConnectionEnd | undefined): void {
    this.#opening -= 1;
    const { index, attempts } = connection;
    if (end && end.kind !== 'dropped' && attempts < ATTEMPTS_MAX) {
      const at = performance.now() + (end.retryAfterMs ?? RETRY_MS * attempts);
      this.#retries.push({ index, attempts: attempts + 1, at });
      return;
    }
    if (end && end.kind !== 'dropped') this.counts.givenUp += 1;
    this.#settled += 1;
  }

  /** One for all connections with the same rooms. */
  #roomsOf(index: number): RoomSet {
    const { names, perConnection } = this.#plan.rooms;
    const start = (index * perConnection) % names.length;
    let rooms = this.#roomSets.get(start);
    if (!rooms) {
      const length = Math.min(perConnection, names.length);
      rooms = new RoomSet(Array.from({ length }, (_, n) => names[(start + n) % names.length] ?? ''));
      this.#roomSets.set(start, rooms);
    }
    return rooms;
  }
}

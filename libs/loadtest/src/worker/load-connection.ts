import { ROOMS_PER_CALL_MAX, type RoomRequest } from '@quotefleet/contracts';
import type { AuditTotals } from '../audit/audit-tally.ts';
import { ConnectionAudit } from '../audit/connection-audit.ts';
import type { RoomSet } from '../audit/room-set.ts';
import type { ConnectionEnd, GrantedRoom, MarketClient, MarketClientHandlers } from '../connections/market-client.ts';
import type { ReceivedMessage } from '../connections/received-message.ts';
import type { Meter } from './meter.ts';
import type { ConnectionCounts, RoomPlan } from './worker-messages.ts';

export interface LoadConnectionOptions {
  index: number;
  rooms: RoomSet;
  plan: RoomPlan;
  counts: ConnectionCounts;
  totals: AuditTotals;
  meter: Meter;
  connect: (handlers: MarketClientHandlers) => MarketClient;
  /** It is ready, or there is nothing to wait for any more; with how it ended, in the latter case. */
  onSettled: (connection: LoadConnection, end: ConnectionEnd | undefined) => void;
}

/** One connection of the load: opens, subscribes, and has all that it receives audited. */
export class LoadConnection {
  readonly index: number;
  attempts = 1;
  readonly #options: LoadConnectionOptions;
  readonly #audit: ConnectionAudit;
  readonly #client: MarketClient;
  #isOpen = false;
  #isSettled = false;
  #isDelayed = false;
  #farewell: string | undefined;

  constructor(options: LoadConnectionOptions) {
    this.#options = options;
    this.index = options.index;
    const { index, rooms, totals } = options;
    this.#audit = new ConnectionAudit({ name: `connection ${index}`, rooms, totals });
    options.counts.attempts += 1;
    this.#client = options.connect({
      onOpen: () => this.#open(),
      onEnd: (end) => this.#end(end),
      onMessages: (messages, bytes) => this.#receive(messages, bytes),
      onMalformed: (reason) => this.#malformed(reason),
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get audit(): ConnectionAudit {
    return this.#audit;
  }

  checkAlive(now: number): void {
    this.#client.checkAlive(now);
  }

  close(): void {
    this.#isOpen = false;
    this.#client.close();
  }

  #open(): void {
    this.#isOpen = true;
    this.#options.counts.open += 1;
    this.#subscribeFrom(0);
  }

  #subscribeFrom(start: number): void {
    const { rooms, plan } = this.#options;
    const names = rooms.names.slice(start, start + ROOMS_PER_CALL_MAX);
    if (names.length === 0) {
      this.#options.counts.ready += 1;
      if (this.#isDelayed) this.#options.counts.delayed += 1;
      this.#settle(undefined);
      return;
    }
    this.#client.subscribe(
      names.map((room) => toRequest(room, plan)),
      (results) => {
        for (const result of results) this.#granted(result);
        this.#subscribeFrom(start + names.length);
      },
    );
  }

  #granted({ requested, accepted, code, mode, delaySeconds = 0, snapshot }: GrantedRoom): void {
    const { counts } = this.#options;
    if (!accepted) {
      const why = code ?? 'REFUSED';
      counts.roomsRefused[why] = (counts.roomsRefused[why] ?? 0) + 1;
      return;
    }
    counts.roomsGranted += 1;
    if (delaySeconds > 0) this.#isDelayed = true;
    this.#audit.granted(requested, mode, snapshot);
  }

  #receive(messages: readonly ReceivedMessage[], bytes: number): void {
    const { meter } = this.#options;
    meter.frame(messages.length, bytes);
    const now = performance.timeOrigin + performance.now();
    for (const message of messages) {
      if (message.type === 'system' && message.systemCode !== 'NOTICE') this.#farewell = message.systemCode;
      this.#audit.receive(message);
      // A snapshot was made before it was asked for.
      if (message.prevSeq !== undefined && message.type !== 'gap' && !this.#isDelayed)
        meter.latencies.record(now - message.ts);
    }
  }

  #malformed(reason: string): void {
    const { totals, index } = this.#options;
    totals.malformed += 1;
    if (totals.malformed === 1) totals.samples.push(`malformed: connection ${index}: ${reason}`);
  }

  #end(end: ConnectionEnd): void {
    const { counts } = this.#options;
    const code = end.kind === 'dropped' ? (this.#farewell ?? end.code) : end.code;
    counts[end.kind][code] = (counts[end.kind][code] ?? 0) + 1;
    if (this.#isOpen) counts.open -= 1;
    this.#isOpen = false;
    this.#settle(end);
  }

  #settle(end: ConnectionEnd | undefined): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#options.onSettled(this, end);
  }
}

function toRequest(room: string, { mode, maxHz }: RoomPlan): RoomRequest | string {
  if (mode === undefined) return room;
  return { room, mode, ...(maxHz === undefined ? {} : { maxHz }) };
}

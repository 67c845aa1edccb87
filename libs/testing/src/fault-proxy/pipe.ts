import type { Socket } from 'node:net';
import { reset } from './reset.ts';

/** What a proxy does to everything that passes it; changed while connections are open. */
export interface Faults {
  isPaused: boolean;
  latencyMs: number;
  /** Of each connection, each way. */
  bytesPerSecond: number | undefined;
}

type Passing = { dueMs: number } & ({ kind: 'bytes'; bytes: Buffer } | { kind: 'end' } | { kind: 'reset' });

/** Beyond this the sender is not read any more, so that it feels the pressure as it would of a slow peer. */
const HELD_BYTES_MAX = 64 * 1024;
/** A limited way passes this much time's worth of bytes at once. */
const SLICE_MS = 20;

/** One direction of a connection: passes bytes on in order, by the faults of the moment. */
export class Pipe {
  /** Bytes passed on. */
  passed = 0;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: Faults;
  #held: Passing[] = [];
  #heldBytes = 0;
  #isStopped = false;
  /** Until when the bytes passed so far take at the limited speed. */
  #busyUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, faults: Faults) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    from.on('data', (bytes: Buffer) => {
      this.#heldBytes += bytes.length;
      this.#hold({ kind: 'bytes', bytes });
    });
    from.on('end', () => this.#hold({ kind: 'end' }));
    from.on('error', () => this.#hold({ kind: 'reset' }));
    to.on('drain', () => this.#pump());
    to.on('close', () => this.stop());
  }

  /** To be called when the faults have changed. */
  update(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#busyUntilMs = 0;
    this.#pump();
  }

  /** Passes nothing any more, and does not read on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#isStopped = true;
    this.#held = [];
    this.#from.pause();
  }

  #hold(what: { kind: 'bytes'; bytes: Buffer } | { kind: 'end' } | { kind: 'reset' }): void {
    if (this.#isStopped) return;
    this.#held.push({ ...what, dueMs: performance.now() + this.#faults.latencyMs });
    this.#pump();
  }

  #pump(): void {
    while (this.#timer === undefined && !this.#faults.isPaused && !this.#to.writableNeedDrain) {
      const next = this.#held[0];
      if (next === undefined) break;
      const waitMs = Math.max(next.dueMs, this.#busyUntilMs) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, waitMs);
        break;
      }
      this.#pass(next);
    }
    if (this.#isStopped || this.#faults.isPaused || this.#heldBytes > HELD_BYTES_MAX) this.#from.pause();
    else this.#from.resume();
  }

  #pass(next: Passing): void {
    if (next.kind !== 'bytes') {
      this.#held.shift();
      if (next.kind === 'end') this.#to.end();
      else reset(this.#to);
      return;
    }
    const { bytesPerSecond } = this.#faults;
    const most = bytesPerSecond === undefined ? next.bytes.length : Math.ceil((bytesPerSecond * SLICE_MS) / 1000);
    const bytes = next.bytes.subarray(0, most);
    if (bytes.length < next.bytes.length) next.bytes = next.bytes.subarray(bytes.length);
    else this.#held.shift();
    this.#heldBytes -= bytes.length;
    this.passed += bytes.length;
    this.#to.write(bytes);
    if (bytesPerSecond !== undefined) this.#busyUntilMs = performance.now() + (bytes.length / bytesPerSecond) * 1000;
  }
}

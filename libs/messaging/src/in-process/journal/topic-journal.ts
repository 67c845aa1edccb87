import { closeSync, ftruncateSync, openSync, rmSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { BusUnavailableError } from '../../event-bus.ts';
import { reasonOf } from '../../reason-of.ts';
import type { Entry } from '../partition-log.ts';
import { encodeRecord } from './record-format.ts';
import { createSegment, type Segment } from './segments.ts';

const SEGMENT_BYTES_MAX = 8 * 1024 * 1024;
const writeAt = promisify(write);

interface QueuedAppend {
  entries: readonly Entry[];
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Appends the events of one topic to segment files and deletes segments that nobody needs. One
 * write is in hand at a time; what is appended meanwhile goes into the next one together.
 */
export class TopicJournal {
  readonly #directory: string;
  readonly #segments: Segment[];
  #file: number;
  #queue: QueuedAppend[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  /** Set when the newest segment could not be put right after a failed write. */
  #broken: string | undefined;

  constructor(directory: string, segments: readonly Segment[]) {
    this.#directory = directory;
    this.#segments = [...segments];
    this.#file = openSync(this.#newest().path, 'r+');
  }

  /** Events that wait to be written. */
  get queued(): number {
    return this.#queued;
  }

  /** Rejects when nothing can be written any more. */
  check(): void {
    if (this.#broken !== undefined) {
      throw new BusUnavailableError(this.#broken);
    }
  }

  /** Resolves once the events were written, in the order of the calls. */
  append(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ entries, resolve, reject });
      this.#queued += entries.length;
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  /** Deletes the segments whose records are all older than `starts`. */
  dropBefore(starts: readonly number[]): void {
    while (this.#segments.length > 1) {
      const oldest = this.#segments[0];
      if (!oldest?.next.every((next, partition) => next <= (starts[partition] ?? 0))) {
        return;
      }
      rmSync(oldest.path);
      this.#segments.shift();
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    closeSync(this.#file);
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const queue = this.#queue;
      this.#queue = [];
      try {
        await this.#write(queue.flatMap(({ entries }) => entries));
        for (const { resolve } of queue) {
          resolve();
        }
      } catch (error) {
        const failure = new BusUnavailableError(`journal ${this.#directory}: ${reasonOf(error)}`, { cause: error });
        for (const { reject } of queue) {
          reject(failure);
        }
      }
      this.#queued = this.#queue.reduce((sum, { entries }) => sum + entries.length, 0);
    }
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    this.check();
    if (this.#newest().bytes >= SEGMENT_BYTES_MAX) {
      this.#rotate();
    }
    const segment = this.#newest();
    const next = [...segment.next];
    const bytes = Buffer.concat(
      entries.map(({ partition, key, value }) => {
        const offset = next[partition] ?? 0;
        next[partition] = offset + 1;
        return encodeRecord({ partition, offset, key, text: JSON.stringify(value) });
      }),
    );
    try {
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await writeAt(
          this.#file,
          bytes,
          written,
          bytes.length - written,
          segment.bytes + written,
        );
        written += bytesWritten;
      }
    } catch (error) {
      this.#cutBack(segment);
      throw error;
    }
    segment.next = next;
    segment.bytes += bytes.length;
  }

  #cutBack(segment: Segment): void {
    try {
      ftruncateSync(this.#file, segment.bytes);
    } catch (error) {
      this.#broken = `journal segment ${segment.path} could not be cut back: ${reasonOf(error)}; restart to repair it`;
    }
  }

  #rotate(): void {
    const { id, next } = this.#newest();
    const segment = createSegment(this.#directory, id + 1, next);
    closeSync(this.#file);
    this.#file = openSync(segment.path, 'r+');
    this.#segments.push(segment);
  }

  #newest(): Segment {
    const segment = this.#segments.at(-1);
    if (!segment) {
      throw new Error(`journal ${this.#directory}: expected a segment, found none`);
    }
    return segment;
  }
}

import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Entries kept on disk in order, one JSON text a line, until each has been replayed. Made again over the same file it goes
 * on with what was there: entries may then be replayed once more, from the first one on and in order.
 */
export class Journal<Entry> {
  readonly #file: FileHandle;
  #size: number;
  /** Where the first entry begins that has not been replayed. */
  #offset = 0;
  #waiting: number;
  /** Reads and writes of the file, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, size: number, waiting: number) {
    this.#file = file;
    this.#size = size;
    this.#waiting = waiting;
  }

  static async open<Entry>(path: string): Promise<Journal<Entry>> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, existsSync(path) ? 'r+' : 'w+');
    const { end, lines } = await measure(file);
    await file.truncate(end);
    return new Journal(file, end, lines);
  }

  /** Entries not replayed yet, with those that are being added. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves once the entry is on disk. */
  async add(entry: Entry): Promise<void> {
    this.#waiting += 1;
    try {
      await this.#inTurn(async () => {
        const line = Buffer.from(`${JSON.stringify(entry)}\n`);
        await this.#file.write(line, 0, line.length, this.#size);
        await this.#file.sync();
        this.#size += line.length;
      });
    } catch (error) {
      this.#waiting -= 1;
      throw error;
    }
  }

  /** Hands the entries out in order, each after the one before is done; stops at the first that fails, and keeps it. */
  async replay(apply: (entry: Entry) => Promise<void>): Promise<void> {
    while (this.#waiting > 0) {
      for (const { line, bytes } of await this.#inTurn(() => this.#readLines())) {
        await apply(JSON.parse(line) as Entry);
        this.#offset += bytes;
        this.#waiting -= 1;
      }
    }
    await this.#inTurn(async () => {
      if (this.#offset < this.#size) return;
      await this.#file.truncate(0);
      this.#size = 0;
      this.#offset = 0;
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#file.close());
  }

  /** The next lines, at least one where there is any. */
  async #readLines(): Promise<{ line: string; bytes: number }[]> {
    for (let length = CHUNK_BYTES; ; length *= 2) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, this.#offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
      if (end === 0 && bytesRead === length) continue;
      const lines = buffer.toString('utf8', 0, end).split('\n').slice(0, -1);
      return lines.map((line) => ({ line, bytes: Buffer.byteLength(line) + 1 }));
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** The whole lines of a file; one that a crash cut short does not count. */
async function measure(file: FileHandle): Promise<{ end: number; lines: number }> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const found = { end: 0, lines: 0 };
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return found;
    for (let at = buffer.indexOf(NEWLINE); at !== -1 && at < bytesRead; at = buffer.indexOf(NEWLINE, at + 1)) {
      found.end = position + at + 1;
      found.lines += 1;
    }
    position += bytesRead;
  }
}

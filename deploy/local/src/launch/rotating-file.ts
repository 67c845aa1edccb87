import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const SIZE_MAX_BYTES = 10 * 1024 * 1024;

/**
 * A log file that stays within a bound: once full it becomes `<path>.1`, whose predecessor goes.
 * Lines are written at once, so that the last words of a process that dies are there.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #file: number;
  #bytes: number;

  constructor(path: string, maxBytes: number = SIZE_MAX_BYTES) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#file = openSync(path, 'a', 0o600);
    this.#bytes = fstatSync(this.#file).size;
  }

  write(text: string): void {
    if (this.#bytes > this.#maxBytes) this.#rotate();
    this.#bytes += writeSync(this.#file, text);
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, 'a', 0o600);
    this.#bytes = 0;
  }
}

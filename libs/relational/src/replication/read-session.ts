import { formatWalPosition, parseWalPosition } from './wal-position.ts';

const UNKNOWN = 'unknown';

/** What one user, or one request, has written: its reads see at least that. */
export class ReadSession {
  #position: bigint | typeof UNKNOWN | undefined;

  /** `position` is that of an earlier session to go on from, perhaps in another process. */
  constructor(position?: string) {
    if (position !== undefined) this.#position = position === UNKNOWN ? UNKNOWN : parseWalPosition(position);
  }

  /** A WAL position, `unknown`, or undefined before the first write: a short text to keep in a cookie or header. */
  get position(): string | undefined {
    return typeof this.#position === 'bigint' ? formatWalPosition(this.#position) : this.#position;
  }

  /** The position to wait for; undefined when there is none, or none that is known. */
  get awaited(): bigint | undefined {
    return typeof this.#position === 'bigint' ? this.#position : undefined;
  }

  /** It has written, nobody knows up to where: the primary alone is sure to have that. */
  get isUnknown(): boolean {
    return this.#position === UNKNOWN;
  }

  /** The primary is at `position` after the session's latest write. */
  advance(position: string): void {
    const next = parseWalPosition(position);
    if (typeof this.#position !== 'bigint' || next > this.#position) this.#position = next;
  }

  /** The session may have written, but where is not known. */
  loseTrack(): void {
    this.#position = UNKNOWN;
  }
}

/** Epochs remembered beside the current one, for redelivery across a change of epoch. */
const OLDER_EPOCHS_MAX = 3;

/** The highest sequence seen in each of a series' latest epochs. */
export class SequenceMemory {
  #epoch: string;
  #seq: number;
  #older: { epoch: string; seq: number }[] = [];

  constructor(epoch: string, seq: number) {
    this.#epoch = epoch;
    this.#seq = seq;
  }

  /** Takes note of a position; false where its epoch was seen at it or beyond. */
  advance(epoch: string, seq: number): boolean {
    if (epoch !== this.#epoch) return this.#changeEpoch(epoch, seq);
    if (seq <= this.#seq) return false;
    this.#seq = seq;
    return true;
  }

  #changeEpoch(epoch: string, seq: number): boolean {
    const index = this.#older.findIndex((position) => position.epoch === epoch);
    const known = this.#older[index];
    if (known && seq <= known.seq) return false;
    if (known) this.#older.splice(index, 1);
    this.#older.unshift({ epoch: this.#epoch, seq: this.#seq });
    this.#older.length = Math.min(this.#older.length, OLDER_EPOCHS_MAX);
    this.#epoch = epoch;
    this.#seq = seq;
    return true;
  }
}

/** Of the calls under way, the part that may be retries. */
const SHARE = 0.2;
/** Retries that may always be under way at once. */
const FLOOR = 3;

/** Keeps retries from burying an upstream that is unwell: at most 20 % of its calls under way, or three. */
export class RetryBudget {
  #calls = 0;
  #retries = 0;

  begin(): void {
    this.#calls += 1;
  }

  end(): void {
    this.#calls -= 1;
  }

  /** Takes a place for one retry; false where there is none. */
  tryTake(): boolean {
    if (this.#retries >= Math.max(FLOOR, SHARE * this.#calls)) return false;
    this.#retries += 1;
    return true;
  }

  giveBack(places: number): void {
    this.#retries -= places;
  }
}

/**
 * Rounds half up to a multiple of the tick, as the exchanges do; not to even.
 *
 * A value meant to lie on a half, such as 0.615 / 0.01, may be a hair below it as a double: it counts as the half.
 * @param tick the reciprocal of a whole number: 1, 0.01, 0.001.
 */
export function roundHalfUp(value: number, tick = 0.01): number {
  const perYuan = Math.round(1 / tick);
  const scaled = value * perYuan;
  const hair = 1e-9 + Math.abs(scaled) * 4 * Number.EPSILON;
  return Math.floor(scaled + 0.5 + hair) / perYuan;
}

/** A price as a whole number of ticks. */
export function toTicks(price: number, tick: number): number {
  return Math.round(price * Math.round(1 / tick));
}

/** The price of a whole number of ticks. */
export function fromTicks(ticks: number, tick: number): number {
  return ticks / Math.round(1 / tick);
}

/** A whole percentage of a number of ticks, half up; in whole numbers, so that halves are exact. */
export function percentOfTicks(ticks: number, percent: number): number {
  return Math.floor((ticks * percent + 50) / 100);
}

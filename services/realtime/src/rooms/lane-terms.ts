import type { Mode } from '@quotefleet/contracts';

/** How members of a room are sent what it has. */
export interface LaneTerms {
  mode: Mode;
  /** With `merge`: at most one update of a series in so many ms; 0 for one a flush. */
  intervalMs: number;
  /** So much later than it happened. */
  delaySeconds: number;
}

/** At most so many updates of a series in a second, as somebody asked for them. */
export function hzOf({ intervalMs }: LaneTerms): number {
  return Math.round(1e9 / intervalMs) / 1e6;
}

export function laneKey({ mode, intervalMs, delaySeconds }: LaneTerms): string {
  return `${mode}/${intervalMs}/${delaySeconds}`;
}

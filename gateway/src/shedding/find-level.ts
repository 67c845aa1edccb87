import type { DegradationLevel } from '@quotefleet/contracts';
import type { SheddingRules } from './shedding-section.ts';

/** What the level is found from. */
export interface Load {
  eventLoopDelayMs: number;
  inFlight: number;
  upstreamLatencyMs: number;
}

/** Samples in a row that must ask for a higher level, and for a lower one. */
const RISE_SAMPLES = 3;
const FALL_SAMPLES = 5;
/** A level is left only below this part of where it began. */
const FALL_RATIO = 0.7;

/** Finds the level from one sample of the load after the other. */
export interface LevelFinder {
  readonly level: DegradationLevel;
  sample(load: Load, rules: SheddingRules): void;
}

/**
 * Rises at once to the level that the load asks for, when it has asked for more than there is a few times in a row; falls
 * one level at a time, when the load has long been clearly below what began it. Without that shedding would make room,
 * stop, and begin again.
 */
export function createLevelFinder(): LevelFinder {
  let level: DegradationLevel = 0;
  let above = 0;
  let below = 0;
  return {
    get level() {
      return level;
    },
    sample(load, rules) {
      const wanted = levelOf(load, rules, 1);
      above = wanted > level ? above + 1 : 0;
      below = levelOf(load, rules, FALL_RATIO) < level ? below + 1 : 0;
      if (above >= RISE_SAMPLES) {
        level = wanted;
        above = 0;
      } else if (below >= FALL_SAMPLES) {
        level = (level - 1) as DegradationLevel;
        below = 0;
      }
    },
  };
}

function levelOf(load: Load, rules: SheddingRules, ratio: number): DegradationLevel {
  const reached = (['eventLoopDelayMs', 'inFlight', 'upstreamLatencyMs'] as const).map(
    (measure) => rules[measure].filter((step) => load[measure] >= step * ratio).length,
  );
  return Math.max(...reached) as DegradationLevel;
}

import { describe, expect, it } from '@jest/globals';
import { createLevelFinder } from './find-level.ts';
import { sheddingSection, sheddingUnder } from './shedding-section.ts';

const rules = sheddingUnder({ inFlight: [100, 200, 400], eventLoopDelayMs: [50, 100, 200] });
const calm = { eventLoopDelayMs: 0, inFlight: 0, upstreamLatencyMs: 0 };

describe('the level of degradation', () => {
  const run = () => {
    const finder = createLevelFinder();
    const levels = (inFlight: number, samples: number, eventLoopDelayMs = 0) =>
      Array.from({ length: samples }, () => {
        finder.sample({ ...calm, inFlight, eventLoopDelayMs }, rules);
        return finder.level;
      });
    return levels;
  };

  it('stays where it is for a burst', () => {
    const levels = run();
    expect([...levels(1000, 2), ...levels(0, 1), ...levels(1000, 2)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('goes at once to what the worst measure asks for, once it lasts', () => {
    const levels = run();
    expect(levels(120, 3)).toEqual([0, 0, 1]);
    expect(levels(120, 3, 250)).toEqual([1, 1, 3]);
  });

  it('falls step by step, and only when the load is clearly below', () => {
    const levels = run();
    expect(levels(450, 3).at(-1)).toBe(3);
    expect(levels(300, 20).at(-1)).toBe(3);
    expect(levels(150, 5)).toEqual([3, 3, 3, 3, 2]);
    expect(levels(150, 10).at(-1)).toBe(2);
    expect(levels(0, 10)).toEqual([2, 2, 2, 2, 1, 1, 1, 1, 1, 0]);
  });

  it('has steps that rise', () => {
    expect(sheddingSection.safeParse({ inFlight: [1, 2, 3] }).success).toBe(true);
    expect(sheddingSection.safeParse({ inFlight: [3, 2, 4] }).success).toBe(false);
    expect(sheddingSection.safeParse({ level: 4 }).success).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { SequenceMemory } from './sequence-memory.ts';

describe('SequenceMemory', () => {
  it('takes each sequence of an epoch once and never goes back', () => {
    const memory = new SequenceMemory('a', 1);
    expect([2, 2, 1, 5, 4].map((seq) => memory.advance('a', seq))).toEqual([true, false, false, true, false]);
  });

  it('knows what came before a change of epoch', () => {
    const memory = new SequenceMemory('a', 9);
    expect(memory.advance('b', 1)).toBe(true);
    expect(memory.advance('a', 9)).toBe(false);
    expect(memory.advance('b', 2)).toBe(true);
  });

  it('follows two sources of one symbol that take turns', () => {
    const memory = new SequenceMemory('a', 1);
    expect(memory.advance('b', 1)).toBe(true);
    expect(memory.advance('a', 2)).toBe(true);
    expect(memory.advance('b', 1)).toBe(false);
    expect(memory.advance('b', 2)).toBe(true);
  });
});

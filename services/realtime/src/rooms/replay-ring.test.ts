import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReplayRing } from './replay-ring.ts';

const step = (seq: number, prevSeq?: number, epoch = 'e1') => ({ epoch, seq, prevSeq });
/** A value of its name, made at a moment. */
const at = (name: string, ts = 0) => ({ name, ts });
const seqs = (found: { step: { seq: number } }[] | undefined) => found?.map((kept) => kept.step.seq);

describe('ReplayRing', () => {
  it('gives what came after a position, in order, of that series alone', () => {
    const ring = new ReplayRing<ReturnType<typeof at>>(10);
    for (const seq of [1, 2, 3]) {
      ring.append('a', at(`a${seq}`), step(seq, seq - 1));
      ring.append('b', at(`b${seq}`), step(seq, seq - 1));
    }
    expect(ring.since('a', { epoch: 'e1', seq: 1 })?.map(({ value }) => value.name)).toEqual(['a2', 'a3']);
    expect(ring.since('a', { epoch: 'e1', seq: 3 })).toEqual([]);
    expect(ring.since('a', { epoch: 'e1', seq: 0 })?.length).toBe(3);
    expect(ring.recent('a').map(({ name }) => name)).toEqual(['a1', 'a2', 'a3']);
    expect(ring.recent('c')).toEqual([]);
  });

  it('gives what all series had from a moment on, where it goes back that far', () => {
    const ring = new ReplayRing<ReturnType<typeof at>>(3);
    const all = { isWanted: () => true, max: 3 };
    expect(ring.from(0, all)).toBe('retention');
    for (const [seq, series] of ['a', 'b', 'a', 'b', 'c'].entries())
      ring.append(series, at(series, seq * 10_000), step(seq));
    const namesOf = (kept: ReturnType<typeof ring.from>) =>
      Array.isArray(kept) ? kept.map(({ value }) => value.name) : kept;
    const names = (ts: number) => namesOf(ring.from(ts, all));
    // What went before the oldest may have been made as late as that came, or a little later.
    expect([names(10_000), names(25_000), names(25_001), names(46_000)]).toEqual([
      'retention',
      'retention',
      ['b', 'c'],
      [],
    ]);
    expect(ring.from(25_001, { ...all, max: 1 })).toBe('overflow');
    expect(namesOf(ring.from(25_001, { isWanted: ({ name }) => name === 'c', max: 1 }))).toEqual(['c']);
  });

  it('does not know what it never had, or had in another epoch', () => {
    const ring = new ReplayRing<ReturnType<typeof at>>(10);
    expect(ring.since('a', { epoch: 'e1', seq: 1 })).toBeUndefined();
    ring.append('a', at('x'), step(5));
    expect(ring.since('a', { epoch: 'e1', seq: 4 })).toBeUndefined();
    expect(ring.since('a', { epoch: 'e1', seq: 5 })).toEqual([]);
    ring.append('a', at('y'), step(1, undefined, 'e2'));
    expect(ring.since('a', { epoch: 'e1', seq: 5 })).toBeUndefined();
  });

  it('gives all that followed a position, or says that it cannot, whatever was pushed out', () => {
    const event = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (events, capacity) => {
        const ring = new ReplayRing<ReturnType<typeof at>>(capacity);
        const heads = new Map<string, number>();
        for (const series of events) {
          const before = heads.get(series) ?? 0;
          ring.append(series, at(series), step(before + 1, before));
          heads.set(series, before + 1);
        }
        for (const [series, head] of heads)
          for (let from = 0; from <= head; from++) {
            const expected = Array.from({ length: head - from }, (_, index) => from + 1 + index);
            const inRing = events.slice(-capacity).filter((name) => name === series).length;
            const isKept = inRing > 0 && head - from <= inRing;
            expect(seqs(ring.since(series, { epoch: 'e1', seq: from }))).toEqual(isKept ? expected : undefined);
          }
      }),
    );
  });
});

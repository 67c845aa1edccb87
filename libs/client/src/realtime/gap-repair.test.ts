import { describe, expect, it } from '@jest/globals';
import { tickOf } from '../../tests/messages.ts';
import { QuotefleetError } from '../client-error.ts';
import type { Hole } from './gap-plan.ts';
import { createGapRepair, type StoredRange, type StoredSeries } from './gap-repair.ts';

const hole: Hole = {
  epoch: 'e1',
  from: 2,
  to: 3,
  isToKnown: true,
  afterTs: 100,
  beforeTs: 400,
  reason: 'not-received',
};

/** Answers with each in turn, and the last one for ever. */
function seriesOf(...answers: (readonly number[] | QuotefleetError)[]): StoredSeries & { asked: StoredRange[] } {
  const asked: StoredRange[] = [];
  return {
    asked,
    async *ticks(_symbol, range) {
      const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(range);
      if (answer instanceof QuotefleetError) throw answer;
      for (const seq of answer) yield [tickOf(seq)];
    },
    async *trades() {
      yield [];
    },
    bars: async () => [],
  };
}

const never = new AbortController().signal;
const WAITS = [0, 1, 1];

describe('createGapRepair', () => {
  it('asks again, for another range, until what is missing is stored', async () => {
    const series = seriesOf([], [2], [2, 3]);
    const pieces = await createGapRepair(series, WAITS).ticks('600519.SH', hole, never);
    expect(pieces.map((piece) => 'value' in piece && piece.value.seq)).toEqual([2, 3]);
    expect(series.asked).toEqual([100, 99, 98].map((from) => ({ from, to: 400 })));
  });

  it('gives what there is in the end', async () => {
    const pieces = await createGapRepair(seriesOf([3]), WAITS).ticks('600519.SH', hole, never);
    expect(pieces).toMatchObject([{ gap: { from: 2, to: 2 } }, { value: { seq: 3 } }]);
  });

  it('asks again where nobody answers, and gives up at once where it may not ask', async () => {
    const away = seriesOf(new QuotefleetError('NETWORK', 'nobody'), [2, 3]);
    await expect(createGapRepair(away, WAITS).ticks('600519.SH', hole, never)).resolves.toHaveLength(2);
    const closed = seriesOf(new QuotefleetError('FORBIDDEN', 'no'));
    await expect(createGapRepair(closed, WAITS).ticks('600519.SH', hole, never)).rejects.toThrow('no');
    expect(closed.asked).toHaveLength(1);
  });

  it('hands over what it has when its time is up', async () => {
    const control = new AbortController();
    const repairing = createGapRepair(seriesOf([2]), [0, 60_000]).ticks('600519.SH', hole, control.signal);
    setTimeout(() => control.abort(), 20);
    await expect(repairing).resolves.toMatchObject([{ value: { seq: 2 } }, { gap: { from: 3, to: 3 } }]);
  });

  it('hands over the pages that it has when its time is up in the midst of them', async () => {
    const control = new AbortController();
    const slow: StoredSeries = {
      ...seriesOf([]),
      async *ticks() {
        yield [tickOf(2)];
        await new Promise((_resolve, reject) =>
          control.signal.addEventListener('abort', () => reject(new Error('over'))),
        );
      },
    };
    const repairing = createGapRepair(slow, WAITS).ticks('600519.SH', hole, control.signal);
    setTimeout(() => control.abort(), 20);
    await expect(repairing).resolves.toMatchObject([{ value: { seq: 2 } }, { gap: { from: 3, to: 3 } }]);
  });

  it('repairs four rooms at a time', async () => {
    let running = 0;
    let most = 0;
    const slow: StoredSeries = {
      async *ticks() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        yield [tickOf(2), tickOf(3)];
      },
      async *trades() {
        yield [];
      },
      bars: async () => [],
    };
    const repair = createGapRepair(slow, WAITS);
    const all = Array.from({ length: 20 }, () => repair.ticks('600519.SH', hole, never));
    await Promise.all(all);
    expect(most).toBe(4);
  });
});

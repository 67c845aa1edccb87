import { describe, expect, it } from '@jest/globals';
import { boardSchema } from '@quotefleet/contracts';
import { shanghaiMs } from '@quotefleet/domain';
import type { Quoted } from '../movers/quoted.ts';
import { summarizeBoard } from './summarize-board.ts';

const DAY = '2026-11-20';

function quote(symbol: string, last: number, fields: Partial<Quoted> = {}): Quoted {
  return { symbol, ts: shanghaiMs(DAY, '10:00:00'), last, preClose: 10, volume: 100, amount: last * 100, ...fields };
}

describe('summarizeBoard', () => {
  it('counts and sums the members that traded on the newest day', () => {
    const board = summarizeBoard('star', 7, [
      quote('600001.SH', 11, { limitUp: 11, limitDown: 9 }),
      quote('600002.SH', 10.5, { limitUp: 11, limitDown: 9, ts: shanghaiMs(DAY, '10:00:03') }),
      quote('600003.SH', 10, { limitUp: 11, limitDown: 9 }),
      quote('600004.SH', 9, { limitUp: 11, limitDown: 9 }),
      quote('600005.SH', 20, { ts: shanghaiMs('2026-11-19', '15:00:00') }),
      quote('600006.SH', 0, { volume: 0, amount: 0 }),
    ]);
    expect(boardSchema.parse(board)).toEqual({
      ...{ board: 'star', ts: shanghaiMs(DAY, '10:00:03'), members: 7 },
      ...{ advancers: 2, decliners: 1, unchanged: 1, limitUp: 1, limitDown: 1 },
      ...{ changePercent: 1.25, volume: 400, amount: 4050 },
      leaders: expect.anything(),
      laggards: expect.anything(),
    });
    expect(board?.leaders.map(({ symbol, changePercent }) => [symbol, changePercent])).toEqual([
      ['600001.SH', 10],
      ['600002.SH', 5],
      ['600003.SH', 0],
      ['600004.SH', -10],
    ]);
    expect(board?.laggards.map(({ symbol }) => symbol)).toEqual(['600004.SH', '600003.SH', '600002.SH', '600001.SH']);
  });

  it('has ten leaders at most, and nothing to say of a board of which nothing is known', () => {
    const many = Array.from({ length: 30 }, (_, index) => quote(`${600_100 + index}.SH`, 10 + index / 100));
    const board = boardSchema.parse(summarizeBoard('main', 30, many));
    expect(board.leaders.map(({ last }) => last)).toEqual(
      [29, 28, 27, 26, 25, 24, 23, 22, 21, 20].map((i) => 10 + i / 100),
    );
    expect(summarizeBoard('main', 30, [])).toBeUndefined();
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@quotefleet/service-kit';
import { BoardMembers } from './board-members.ts';
import type { BoardName } from './board-name.ts';

const MINUTE = 60_000;

describe('BoardMembers', () => {
  let now: number;
  let asked: BoardName[];
  let answer: string[] | AppError;
  let failures: number;
  let members: BoardMembers;

  beforeEach(() => {
    [now, asked, answer, failures] = [1_000_000, [], ['688981.SH'], 0];
    members = new BoardMembers({
      load: async (name) => {
        asked.push(name);
        if (answer instanceof AppError) throw answer;
        return answer;
      },
      onLoadFailed: () => {
        failures += 1;
      },
      now: () => now,
    });
  });
  const settled = () => new Promise(setImmediate);

  it('knows the boards of the exchanges, industries and concepts, asked for once by all that want them', async () => {
    await Promise.all(
      ['star', 'star', 'main', 'industry/801780', 'concept/chips'].map((name) => members.require(name)),
    );
    expect(asked).toEqual([
      { listed: ['star'] },
      { listed: ['sse-main', 'szse-main'] },
      { group: 'industry', code: '801780' },
      { group: 'concept', code: 'chips' },
    ]);
    expect(members.of('star')).toEqual(['688981.SH']);
  });

  it.each(['nothing', 'toString', 'city/beijing', 'industry'])('refuses %s with what is expected', async (name) => {
    await expect(members.require(name)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('expected main, sse-main, szse-main, star'),
    });
    expect(asked).toEqual([]);
  });

  it('refuses a group that there is not, and says where that cannot be told', async () => {
    answer = new AppError('NOT_FOUND', 'there is no 1 in industries');
    await expect(members.require('industry/1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    answer = new AppError('UNAVAILABLE', 'away');
    await expect(members.require('industry/1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('asks again after some minutes, and soon after instruments changed', async () => {
    await members.require('star');
    answer = ['688981.SH', '688111.SH'];
    now += 4 * MINUTE;
    expect(members.of('star')).toHaveLength(1);
    now += MINUTE;
    expect(members.of('star')).toHaveLength(1);
    await settled();
    expect(members.of('star')).toHaveLength(2);
    members.changed();
    now += 1000;
    members.of('star');
    expect(asked).toHaveLength(2);
    now += 9000;
    for (let call = 0; call < 3; call += 1) members.of('star');
    await settled();
    expect(asked).toHaveLength(3);
  });

  it('keeps what it knows while market-data is away, and asks now and then', async () => {
    await members.require('star');
    answer = new AppError('UNAVAILABLE', 'away');
    members.changed();
    for (let second = 0; second < 60; second += 1) {
      now += 1000;
      expect(members.of('star')).toEqual(['688981.SH']);
      await settled();
    }
    expect(failures).toBeGreaterThan(2);
    expect(failures).toBeLessThan(8);
  });
});

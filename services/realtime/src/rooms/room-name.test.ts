import { describe, expect, it } from '@jest/globals';
import { feedOf, parseRoom, RoomError } from './room-name.ts';

describe('parseRoom', () => {
  it.each([
    ['tick:600519.SH', 'tick:600519.SH'],
    ['tick:1.600519', 'tick:600519.SH'],
    ['depth:sz000001', 'depth:000001.SZ'],
    ['tick:000001', 'tick:000001.SZ'],
    ['index:000001', 'index:000001.SH'],
    ['bar:600519.XSHG:1m', 'bar:600519.SH:1m'],
    ['bar:bj920047:1d', 'bar:920047.BJ:1d'],
    ['bar:600519:15m', 'bar:600519.SH:15m'],
    ['trade:600519', 'trade:600519.SH'],
    ['board:star', 'board:star'],
    ['board:industry/801010', 'board:industry/801010'],
    ['market:movers', 'market:movers'],
    ['user', 'user'],
    ['tick:*', 'tick:*'],
    ['bar:*:1m', 'bar:*:1m'],
    [' system ', 'system'],
  ])('reads %s as %s', (text, name) => {
    expect(parseRoom(text).name).toBe(name);
  });

  it.each([
    ['', /unknown room kind ''/],
    ['TICK:600519.SH', /unknown room kind 'TICK', expected tick:SYMBOL/],
    ['news:600519.SH', /unknown room kind 'news'/],
    ['board:', /expected a room such as/],
    ['board:a/b/c', /expected a room such as/],
    ['board:concept/..', /expected a room such as/],
    ['market:losers', /expected a room such as/],
    ['bar:*:5m', /no feed, expected a period of 1m, 1d/],
    ['tick', /expected a room such as/],
    ['tick:600519.SH:1m', /expected a room such as/],
    ['bar:600519.SH', /expected a room such as/],
    ['bar:600519.SH:1m:x', /expected a room such as/],
    ['system:x', /expected a room such as/],
    ['bar:600519.SH:7m', /period '7m' is not pushed, expected one of 1m, 5m/],
    ['tick:920047.SH', /920047 is a code of BJ/],
    ['index:600519.SH', /600519\.SH is not an index/],
  ])('refuses %j and says why', (text, reason) => {
    expect(() => parseRoom(text)).toThrow(RoomError);
    expect(() => parseRoom(text)).toThrow(reason);
  });
});

describe('feedOf', () => {
  it.each([
    ['tick:600519.SH', 'tick:*'],
    ['bar:600519.SH:1m', 'bar:*:1m'],
    ['bar:600519.SH:5m', undefined],
    ['system', undefined],
    ['tick:*', undefined],
  ])('of %s is %s', (text, feed) => {
    expect(feedOf(parseRoom(text))).toBe(feed);
  });
});

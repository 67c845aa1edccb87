import { describe, expect, it } from '@jest/globals';
import { initials } from './initials.ts';

describe('initials of names', () => {
  it.each([
    ['贵州茅台', 'gzmt'],
    ['重庆啤酒', 'cqpj'],
    ['工商银行', 'gsyh'],
    ['*ST信通', 'stxt'],
    ['TCL科技', 'tclkj'],
    ['N新股', 'nxg'],
    ['600519.SH', '600519sh'],
  ])('of %s are %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { wordIssue } from './word-issue.ts';

const schema = z.object({
  period: z.enum(['1m', '1d']),
  level: z.union([z.literal('auto'), z.int()]),
  names: z.record(z.string().regex(/^[a-z]+$/, 'expected small letters'), z.string()),
  own: z.string({ error: 'expected a name' }),
});
const good = { period: '1m', level: 1, names: {}, own: 'x' };

describe('the words for what is wrong with a value', () => {
  it.each([
    [{ ...good, period: '7x' }, 'expected one of "1m"|"1d"'],
    [{ ...good, names: 5 }, 'expected record, received number'],
    [{ ...good, names: undefined }, 'expected record, is missing'],
    [{ ...good, names: { A: 'x' } }, 'expected small letters'],
    [{ ...good, level: true }, 'expected "auto", or expected number, received boolean'],
    [{ ...good, own: undefined }, 'expected a name'],
  ])('for %j are: %s', (value, words) => {
    expect(schema.safeParse(value).error?.issues.map(wordIssue)).toEqual([words]);
  });
});

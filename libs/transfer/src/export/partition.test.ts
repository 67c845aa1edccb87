import { describe, expect, it } from '@jest/globals';
import { partitionAt } from './partition.ts';

const at = (text: string) => Date.parse(`${text}+08:00`);

describe('partitionAt', () => {
  it('gives the day, month or year in Shanghai with its bounds', () => {
    const ts = at('2026-12-31T23:59:59.999');
    const to = at('2027-01-01T00:00:00');
    expect(partitionAt(ts, 'day')).toEqual({ folder: 'date=2026-12-31', from: at('2026-12-31T00:00:00'), to });
    expect(partitionAt(ts, 'month')).toEqual({ folder: 'month=2026-12', from: at('2026-12-01T00:00:00'), to });
    expect(partitionAt(ts, 'year')).toEqual({ folder: 'year=2026', from: at('2026-01-01T00:00:00'), to });
    expect(partitionAt(to, 'month').folder).toBe('month=2027-01');
  });
});

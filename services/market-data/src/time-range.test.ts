import { describe, expect, it } from '@jest/globals';
import { shanghaiMs } from '@quotefleet/domain';
import { parseTimeRange } from './time-range.ts';

describe('parseTimeRange', () => {
  it('takes the whole day of a date as end', () => {
    expect(parseTimeRange({ start: '2026-01-05', end: '20260106' })).toEqual({
      from: shanghaiMs('2026-01-05'),
      to: shanghaiMs('2026-01-07'),
    });
  });

  it('takes what is stamped with a time as end, in every form of it', () => {
    const to = shanghaiMs('2026-01-05', '10:00:00') + 1;
    for (const end of ['2026-01-05T10:00:00+08:00', '2026-01-05T02:00:00Z', '2026-01-05 10:00:00', String(to - 1)]) {
      expect(parseTimeRange({ end })).toEqual({ from: undefined, to });
    }
  });

  it.each([
    [{ start: 'yesterday' }, 'start'],
    [{ end: '2026-02-30' }, 'end'],
    [{ start: '2027-01-01' }, 'start'],
    [{ start: '2026-01-06', end: '2026-01-05' }, 'start'],
  ])('refuses %j naming the field', (query, field) => {
    expect(() => parseTimeRange(query)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ field })] }),
    );
  });
});

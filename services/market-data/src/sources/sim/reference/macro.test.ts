import { describe, expect, it } from '@jest/globals';
import { isTradingDay } from '@quotefleet/domain';
import { macroRows } from './macro.ts';

describe('macroRows', () => {
  const tables = macroRows({ seed: 1, from: '2024-01-01', to: '2026-11-20' });
  const rowsOf = (table: string) => tables.get(table) ?? [];

  it('has every month and quarter published in the range', () => {
    for (const table of ['macro_cpi', 'macro_ppi', 'macro_m2']) {
      expect(rowsOf(table).map(({ period }) => period)).toHaveLength(35);
      expect([rowsOf(table)[0]?.period, rowsOf(table).at(-1)?.period]).toEqual(['2023-12', '2026-10']);
    }
    expect(rowsOf('macro_pmi')[0]).toMatchObject({ period: '2024-01', publishDate: '2024-01-31' });
    expect(rowsOf('macro_gdp').at(-1)).toMatchObject({ period: '2026Q3', publishDate: '2026-10-17' });
  });

  it('fixes loan rates on the 20th or the next trading day', () => {
    const days = rowsOf('macro_lpr').map(({ period }) => String(period));
    expect(days.slice(0, 2)).toEqual(['2024-01-22', '2024-02-20']);
    expect(days).toHaveLength(35);
    expect(days.every((day) => isTradingDay(day) && day.slice(8) >= '20')).toBe(true);
    expect(rowsOf('macro_lpr').at(-1)).toMatchObject({ lpr1y: 3, lpr5y: 3.5 });
  });

  it('has growth that follows from the levels, and an output that is its parts', () => {
    const money = new Map(rowsOf('macro_m2').map((row) => [row.period, row]));
    const [now, then] = [money.get('2026-10'), money.get('2025-10')];
    expect(now?.m2Yoy).toBeCloseTo(100 * (Number(now?.m2) / Number(then?.m2) - 1), 0);
    for (const { gdp, primary, secondary, tertiary } of rowsOf('macro_gdp')) {
      expect(Number(primary) + Number(secondary) + Number(tertiary)).toBeCloseTo(Number(gdp), 1);
    }
    for (const { cpi, cpiYoy } of rowsOf('macro_cpi')) expect(Number(cpi) - 100).toBeCloseTo(Number(cpiYoy), 6);
  });
});

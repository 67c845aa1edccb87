import { describe, expect, it } from '@jest/globals';
import { STOCKS } from '../universe.ts';
import { total } from './amounts.ts';
import type { ReferenceRow } from './reference-rows.ts';
import { simReference } from './sim-reference.ts';
import { SHAPES } from './statement-shapes.ts';

const TO = '2026-11-20';
const tables = new Map<string, ReferenceRow[]>();
for (const { table, rows } of simReference({ seed: 1, from: '2025-11-20', to: TO })) {
  tables.set(table, [...(tables.get(table) ?? []), ...rows]);
}
const keyOf = ({ symbol, endDate, annDate }: ReferenceRow) => `${symbol} ${endDate} ${annDate}`;
const rowsOf = (table: string) => tables.get(table) ?? [];
const byKey = (table: string) => new Map(rowsOf(table).map((row) => [keyOf(row), numbers(row)]));
const shapeOf = new Map(Object.values(SHAPES).map((shape) => [shape.compType, shape]));

function numbers(row: ReferenceRow): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** The keys of the rows for which two sides differ. */
function breaches(
  table: string,
  sides: (row: Record<string, number>, kind: string) => readonly [number, number],
): string[] {
  return rowsOf(table)
    .filter((row) => {
      const [left, right] = sides(numbers(row), String(row.compType));
      return left !== right;
    })
    .map(keyOf);
}

describe('statements', () => {
  it('balance', () => {
    const shape = (kind: string) => shapeOf.get(kind as '1') ?? SHAPES.industrial;
    const columns = (kind: string, of: 'assets' | 'liabilities') => [
      ...Object.keys(shape(kind)[of]),
      ...Object.keys(shape(kind)[of === 'assets' ? 'currentAssets' : 'currentLiabilities']),
    ];
    const own = ['totalShare', 'capRese', 'surplusRese', 'undistrPorfit', 'othCompIncome'];
    const table = 'balance_sheets';
    expect(
      breaches(table, (row) => [total(row, ['totalAssets']), total(row, ['totalLiab', 'totalHldrEqyIncMinInt'])]),
    ).toEqual([]);
    expect(breaches(table, (row) => [total(row, ['totalLiabHldrEqy']), total(row, ['totalAssets'])])).toEqual([]);
    expect(breaches(table, (row, kind) => [total(row, ['totalAssets']), total(row, columns(kind, 'assets'))])).toEqual(
      [],
    );
    expect(
      breaches(table, (row, kind) => [total(row, ['totalLiab']), total(row, columns(kind, 'liabilities'))]),
    ).toEqual([]);
    expect(breaches(table, (row) => [total(row, ['totalHldrEqyExcMinInt']), total(row, own)])).toEqual([]);
    const negative = rowsOf(table).filter((row) =>
      Object.keys(SHAPES.industrial.currentAssets).some((name) => Number(row[name]) < 0),
    );
    expect(negative).toEqual([]);
  });

  it('come from revenue to profit', () => {
    const table = 'income_statements';
    const costs = (kind: string) => ['operCost', ...Object.keys((shapeOf.get(kind as '1') ?? SHAPES.industrial).costs)];
    expect(breaches(table, (row, kind) => [total(row, ['totalCogs']), total(row, costs(kind))])).toEqual([]);
    expect(
      breaches(table, (row, kind) => {
        const losses = total(row, kind === '1' ? ['totalCogs', 'assetsImpairLoss', 'creditImpaLoss'] : ['totalCogs']);
        const gains = total(row, kind === '1' ? ['totalRevenue', 'othIncome', 'investIncome'] : ['totalRevenue']);
        return [total(row, ['operateProfit']), gains - losses];
      }),
    ).toEqual([]);
    expect(
      breaches(table, (row) => [
        total(row, ['nIncome', 'incomeTax', 'nonOperExp']),
        total(row, ['operateProfit', 'nonOperIncome']),
      ]),
    ).toEqual([]);
    expect(breaches(table, (row) => [total(row, ['nIncome']), total(row, ['nIncomeAttrP', 'minorityGain'])])).toEqual(
      [],
    );
    expect(rowsOf(table).filter((row) => Number(row.operCost ?? 0) < 0 || Number(row.adminExp) < 0)).toEqual([]);
  });

  it('lead from the cash of the year before to that of the balance sheet', () => {
    const table = 'cash_flows';
    const flows = ['nCashflowAct', 'nCashflowInvAct', 'nCashFlowsFncAct', 'effFxFluCash'];
    expect(
      breaches(table, (row) => [total(row, ['cCashEquEndPeriod']), total(row, ['cCashEquBegPeriod', ...flows])]),
    ).toEqual([]);
    expect(
      breaches(table, (row) => [total(row, ['nCashflowAct', 'stCashOutAct']), total(row, ['cInfFrOperateA'])]),
    ).toEqual([]);
    const sheets = byKey('balance_sheets');
    const lastYear = new Map(
      rowsOf('balance_sheets')
        .filter(({ updateFlag }) => updateFlag === '0')
        .map((row) => [`${row.symbol} ${row.endDate}`, numbers(row)]),
    );
    let compared = 0;
    for (const row of rowsOf(table)) {
      const cash = (shapeOf.get(String(row.compType) as '1') ?? SHAPES.industrial).cash;
      expect(row.cCashEquEndPeriod).toBe(total(sheets.get(keyOf(row)) ?? {}, cash));
      const begin = lastYear.get(`${row.symbol} ${Number(String(row.endDate).slice(0, 4)) - 1}-12-31`);
      if (begin) compared++;
      if (begin) expect(row.cCashEquBegPeriod).toBe(total(begin, cash));
    }
    expect(compared).toBeGreaterThan(1000);
    const negative = rowsOf(table).filter((row) => Number(row.stCashOutAct) < 0 || Number(row.cRecpBorrow) < 0);
    expect(negative).toEqual([]);
  });

  it('add up over the quarters of a year', () => {
    const rows = rowsOf('income_statements').filter(
      ({ symbol, endDate }) => symbol === '600519.SH' && String(endDate) > '2026',
    );
    const revenues = rows.map(({ totalRevenue }) => Number(totalRevenue));
    expect(revenues).toHaveLength(3);
    expect(revenues).toEqual([...revenues].sort((a, b) => a - b));
  });

  it('are summed up as they are, over the shares of the time', () => {
    const [sheets, incomes, flows] = [byKey('balance_sheets'), byKey('income_statements'), byKey('cash_flows')];
    expect(rowsOf('financial_summaries')).toHaveLength(sheets.size);
    for (const row of rowsOf('financial_summaries')) {
      const [sheet = {}, income = {}, cash = {}] = [sheets, incomes, flows].map((each) => each.get(keyOf(row)));
      expect([row.revenue, row.netProfit, row.eps, row.operatingCashFlow]).toEqual([
        income.revenue,
        income.nIncomeAttrP,
        income.basicEps,
        cash.nCashflowAct,
      ]);
      expect(row.bps).toBeCloseTo((sheet.totalHldrEqyExcMinInt ?? 0) / (sheet.totalShare ?? 1), 3);
      expect(row.debtRatio).toBeCloseTo((100 * (sheet.totalLiab ?? 0)) / (sheet.totalAssets ?? 1), 3);
    }
  });

  it('come out within the legal windows, the annual report first', () => {
    for (const { endDate, annDate, updateFlag } of rowsOf('income_statements')) {
      if (updateFlag === '1') continue;
      const [year, monthDay] = [Number(String(endDate).slice(0, 4)), String(endDate).slice(5)];
      const last = { '03-31': `${year}-04-30`, '06-30': `${year}-08-31`, '09-30': `${year}-10-31` }[monthDay];
      expect(String(annDate) > String(endDate) && String(annDate) <= (last ?? `${year + 1}-04-30`)).toBe(true);
    }
    const known = rowsOf('balance_sheets').filter(({ symbol }) => symbol === '000001.SZ');
    const announced = known.map(({ annDate }) => String(annDate));
    expect(announced).toEqual([...announced].sort());
    expect(announced.at(-1)?.slice(0, 7)).toBe('2026-10');
  });

  it('are told again later for a few annual reports, with a lower profit', () => {
    const again = rowsOf('income_statements').filter(({ updateFlag }) => updateFlag === '1');
    expect(again.length).toBeGreaterThan(3);
    expect(again.length).toBeLessThan(STOCKS.length / 5);
    for (const row of again) {
      const first = rowsOf('income_statements').find(
        (each) => keyOf(each) === keyOf({ ...row, annDate: row.fAnnDate ?? '' }),
      );
      expect([first?.updateFlag, first?.endDate]).toEqual([first && '0', first && row.endDate]);
      expect(String(row.annDate) > String(row.fAnnDate)).toBe(true);
      if (first) expect(Number(row.nIncome)).toBeLessThan(Number(first.nIncome));
    }
  });

  it('have ten shareholders at the end of a year, the largest first', () => {
    const groups = Map.groupBy(rowsOf('shareholders'), ({ symbol, endDate }) => `${symbol} ${endDate}`);
    expect(groups.size).toBeGreaterThan(200);
    for (const holders of groups.values()) {
      const ratios = holders.map(({ ratio }) => Number(ratio));
      expect(holders.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(ratios).toEqual([...ratios].sort((a, b) => b - a));
      expect(ratios.reduce((sum, ratio) => sum + ratio, 0)).toBeLessThan(95);
    }
  });
});

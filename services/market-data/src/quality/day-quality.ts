import type { DataManager, DataRow } from '@quotefleet/data';
import {
  type Bar,
  checkBars,
  dailyCompleteness,
  type Finding,
  type InstrumentFacts,
  minuteCompleteness,
  shanghaiMs,
  type TradeDate,
  toTradeDate,
} from '@quotefleet/domain';
import type { InstrumentStore } from '../instruments/instrument-store.ts';
import { DAY_MS } from '../reading/dates.ts';
import { rowToBar } from '../series/rows.ts';
import { barTable, DAILY_BARS } from '../series/series.ts';

/** Bars of one symbol-day, whatever their form. */
const DAY_ROWS_MAX = 2000;
/** Findings that a day is stored with. */
const FINDINGS_MAX = 20;
const ACTIONS_MAX = 1000;

export interface QualityQuery {
  symbol: string;
  period: '1m' | '1d';
  /** Trading days in order. */
  days: readonly TradeDate[];
}

/** Completeness and findings of a symbol's stored bars, one row per day. */
export type CheckQuality = (query: QualityQuery) => Promise<DataRow[]>;

interface DayCheck {
  expected: number;
  found: number;
  findings: readonly Finding[];
}

/** Checks stored bars against the calendar and the rules, and keeps what was found. */
export function createQualityCheck(data: DataManager, instruments: InstrumentStore): CheckQuality {
  return async ({ symbol, period, days }) => {
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return [];
    const facts = await factsOf(data, instruments, symbol);
    const check =
      period === '1d' ? await dailyCheck(data, { symbol, first, last, facts }) : minuteCheck(data, symbol, facts);
    const rows: DataRow[] = [];
    for (const date of days) {
      const { expected, found, findings } = await check(date);
      rows.push({
        ...{ symbol, date, period, expected, found, checkedAt: Date.now() },
        ...(findings.length === 0 ? {} : { findings: findings.slice(0, FINDINGS_MAX).map(toNote) }),
      });
    }
    await data.save('data_quality', rows);
    return rows;
  };
}

interface DailyRange {
  symbol: string;
  first: TradeDate;
  last: TradeDate;
  facts: InstrumentFacts;
}

/** Jumps and gaps show between days, so all are checked together, with the bars before and after them. */
async function dailyCheck(data: DataManager, { symbol, first, last, facts }: DailyRange) {
  const [from, to] = [shanghaiMs(first), shanghaiMs(last) + DAY_MS];
  const [before, inside, after] = await Promise.all([
    data.series.read(DAILY_BARS, { symbol, to: from, order: 'desc', limit: 1 }),
    data.series.read(DAILY_BARS, { symbol, from, to, limit: (to - from) / DAY_MS }),
    data.series.read(DAILY_BARS, { symbol, from: to, limit: 1 }),
  ]);
  const [previous] = before.map((row) => rowToBar(row, '1d'));
  const bars = [...inside, ...after].map((row) => rowToBar(row, '1d'));
  const findings = Map.groupBy(checkBars(bars, { factsOf: () => facts, previousOf: () => previous }), ({ ts }) =>
    toTradeDate(ts),
  );
  const dates = bars.map(({ ts }) => toTradeDate(ts));
  return (date: TradeDate): DayCheck => {
    const { expected, found } = dailyCompleteness({ symbol, from: date, to: date, found: dates });
    return { expected, found, findings: findings.get(date) ?? [] };
  };
}

function minuteCheck(data: DataManager, symbol: string, facts: InstrumentFacts) {
  return async (date: TradeDate): Promise<DayCheck> => {
    const from = shanghaiMs(date);
    const rows = await data.series.read(barTable('1m'), { symbol, from, to: from + DAY_MS, limit: DAY_ROWS_MAX });
    const bars: Bar[] = rows.map((row) => rowToBar(row, '1m'));
    const untilMs = Date.now();
    const { expected, found } = minuteCompleteness({ symbol, date, found: bars.map(({ ts }) => ts), untilMs });
    return { expected, found, findings: checkBars(bars, { factsOf: () => facts, minuteRows: 241, untilMs }) };
  };
}

/** Ex-dates explain jumps; limits are judged by the close before where no ex-date lies between. */
async function factsOf(data: DataManager, instruments: InstrumentStore, symbol: string): Promise<InstrumentFacts> {
  const [instrument, dividends, rights] = await Promise.all([
    instruments.find(symbol),
    data.load('dividends', { where: { symbol, progress: 'implemented' }, limit: ACTIONS_MAX }),
    data.load('rights', { where: { symbol }, limit: ACTIONS_MAX }),
  ]);
  const exDates = [...dividends, ...rights].flatMap(({ exDate }) => (typeof exDate === 'string' ? [exDate] : []));
  return { exDates, ...(instrument?.listDate === undefined ? {} : { listDate: instrument.listDate }) };
}

function toNote({ kind, severity, ts, field, message }: Finding): object {
  return { kind, severity, ts, field, message };
}

import type { DataManager, DataRow } from '@quotefleet/data';
import {
  type Bar,
  checkBars,
  dailyCompleteness,
  type Finding,
  type InstrumentFacts,
  marketOf,
  minuteCompleteness,
  shanghaiMs,
  type TradeDate,
  toTradeDate,
  tradingDays,
} from '@quotefleet/domain';
import type { InstrumentStore } from '../instruments/instrument-store.ts';
import { rowToBar } from '../series/rows.ts';
import { barTable } from '../series/series.ts';

const DAY_MS = 86_400_000;
/** Minute bars of a symbol-day, whatever their form. */
const DAY_ROWS_MAX = 2000;
/** Findings that a day is stored with. */
const FINDINGS_MAX = 20;

export interface QualityQuery {
  symbol: string;
  period: '1m' | '1d';
  /** Both included, and in the calendar. */
  from: TradeDate;
  to: TradeDate;
}

/** Completeness and findings of a symbol's stored bars, one row per trading day of a range. */
export type CheckQuality = (query: QualityQuery) => Promise<DataRow[]>;

/** Checks stored bars against the calendar and the rules, and keeps what was found. */
export function createQualityCheck(data: DataManager, instruments: InstrumentStore): CheckQuality {
  return async ({ symbol, period, from, to }) => {
    const instrument = await instruments.find(symbol);
    const listDate = instrument?.listDate;
    const days = tradingDays(from, to, marketOf(symbol)).filter((day) => listDate === undefined || day >= listDate);
    const facts = await factsOf(data, symbol, listDate);
    const rows: DataRow[] = [];
    const daily = period === '1d' ? await barsOf(data, symbol, '1d', from, to) : [];
    const dailyFindings = checkBars(daily, { factsOf: () => facts });
    for (const date of days) {
      const bars =
        period === '1d'
          ? daily.filter(({ ts }) => toTradeDate(ts) === date)
          : await barsOf(data, symbol, '1m', date, date);
      const found = bars.map(({ ts }) => ts);
      const { expected, found: count } =
        period === '1d'
          ? dailyCompleteness({ symbol, from: date, to: date, found: found.map(toTradeDate) })
          : minuteCompleteness({ symbol, date, found, untilMs: Date.now() });
      const findings =
        period === '1d'
          ? dailyFindings.filter(({ ts }) => toTradeDate(ts) === date)
          : checkBars(bars, { factsOf: () => facts, minuteRows: 241, untilMs: Date.now() });
      rows.push({
        ...{ symbol, date, period, expected, found: count, checkedAt: Date.now() },
        ...(findings.length === 0 ? {} : { findings: findings.slice(0, FINDINGS_MAX).map(toNote) }),
      });
    }
    if (rows.length > 0) await data.save('data_quality', rows);
    return rows;
  };
}

async function barsOf(
  data: DataManager,
  symbol: string,
  period: '1m' | '1d',
  from: TradeDate,
  to: TradeDate,
): Promise<Bar[]> {
  const range = { from: shanghaiMs(from, '00:00:00'), to: shanghaiMs(to, '00:00:00') + DAY_MS };
  const limit = period === '1m' ? DAY_ROWS_MAX : 20_000;
  const rows = await data.series.read(barTable(period), { symbol, ...range, limit });
  return rows.map((row) => rowToBar(row, period));
}

/** Ex-dates explain jumps; limits are judged by the close before where no ex-date lies between. */
async function factsOf(data: DataManager, symbol: string, listDate: string | undefined): Promise<InstrumentFacts> {
  const [dividends, rights] = await Promise.all([
    data.load('dividends', { where: { symbol, progress: 'implemented' }, limit: 1000 }),
    data.load('rights', { where: { symbol }, limit: 1000 }),
  ]);
  const exDates = [...dividends, ...rights].flatMap(({ exDate }) => (typeof exDate === 'string' ? [exDate] : []));
  return { exDates, ...(listDate === undefined ? {} : { listDate }) };
}

function toNote({ kind, severity, ts, field, message }: Finding): object {
  return { kind, severity, ts, field, message };
}

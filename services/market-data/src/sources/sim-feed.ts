import { previousTradingDay, type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { SourceConfig } from '../config.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import { barToRow } from '../series/rows.ts';
import { DAILY_BARS, TRADES } from '../series/series.ts';
import type { StoredTrade } from '../trades/trade.ts';
import { persistentSink } from './persistent-sink.ts';
import type { QuoteSource, TickSink } from './quote-source.ts';
import { createSimSource, dailyHistory, type SimState, simInstruments, simReference } from './sim/index.ts';
import { createDatabaseCheckpoint } from './source-state.ts';

type SimConfig = Extract<SourceConfig, { kind: 'sim' }>;

/** What was loaded of the days before the first live one. */
interface LoadedHistory {
  seed: number;
  days: number;
}

const HISTORY_ROWS = 10_000;
/** Every trade of the whole exchange would be some million a day. */
const TRADES_OF = ['600519.SH', '000001.SZ', '300750.SZ', '688981.SH', '510300.SH'];

/**
 * The simulated exchange with what belongs to it: its instruments and reference data, brought up to date every trading
 * day, and at the first start the daily bars and reference data of the days before.
 */
export function createSimFeed(config: SimConfig, context: MarketDataContext): QuoteSource {
  const { seed, speed, start, historyDays } = config;
  const { dataSource, instruments, data, events, publishTrades } = context;
  const stopping = new AbortController();
  const loaded = createDatabaseCheckpoint<LoadedHistory>(dataSource, 'sim-history');
  const source = createSimSource({
    seed,
    speed,
    ...(start === undefined ? {} : { start }),
    checkpoints: createDatabaseCheckpoint<SimState>(dataSource, 'sim'),
    trades: {
      of: TRADES_OF,
      sink: persistentSink({ sink: storeTrades, signal: stopping.signal, onFailure: events.sourceFailed }),
    },
    onEnd: (end) => (end.reason === 'failed' ? events.sourceFailed(end.error) : events.calendarEnded(end.lastDate)),
  });
  let date: TradeDate | undefined;
  let history: Promise<void> = Promise.resolve();

  async function openDay(day: TradeDate): Promise<void> {
    await instruments.upsert(simInstruments(day, { seed }));
    const isFirst = date === undefined;
    date = day;
    history = history.then(() => (isFirst ? loadHistory(day) : loadReference(day, day))).catch(events.sourceFailed);
  }

  async function storeTrades(trades: StoredTrade[]): Promise<void> {
    await data.save(
      TRADES,
      trades.map((trade) => ({ ...trade })),
    );
    await publishTrades(trades);
  }

  async function loadReference(from: TradeDate, to: TradeDate): Promise<void> {
    for (const { table, rows } of simReference({ seed, from, to })) await data.save(table, rows);
  }

  async function loadHistory(firstLiveDay: TradeDate): Promise<void> {
    const before = await loaded.load();
    const from = daysBefore(firstLiveDay, historyDays);
    if (historyDays === 0 || (before?.seed === seed && before.days >= historyDays)) {
      await loadReference(firstLiveDay, firstLiveDay);
      return;
    }
    const { bars } = dailyHistory({ seed, from, to: previousTradingDay(firstLiveDay) });
    const rows = bars.map((bar) => barToRow(bar, 'sim'));
    for (let at = 0; at < rows.length; at += HISTORY_ROWS)
      await data.series.write(DAILY_BARS, rows.slice(at, at + HISTORY_ROWS));
    await loadReference(from, firstLiveDay);
    await loaded.save({ seed, days: historyDays });
  }

  return {
    start(sink: TickSink) {
      return source.start(async (ticks) => {
        const day = ticks[0] && toTradeDate(ticks[0].ts);
        if (day !== undefined && day !== date) await openDay(day);
        await sink(ticks);
      });
    },
    async stop() {
      stopping.abort();
      await source.stop();
      await history;
    },
  };
}

function daysBefore(date: TradeDate, count: number): TradeDate {
  let first = date;
  for (let day = 0; day < count; day += 1) first = previousTradingDay(first);
  return first;
}

import { previousTradingDay, type TradeDate, toTradeDate } from '@quotefleet/domain';
import type { SourceConfig } from '../config.ts';
import type { MarketDataContext } from '../market-data-context.ts';
import { barToRow } from '../series/rows.ts';
import { DAILY_BARS } from '../series/series.ts';
import type { QuoteSource, TickSink } from './quote-source.ts';
import { createSimSource, dailyHistory, type SimState, simInstruments } from './sim/index.ts';
import { createDatabaseCheckpoint } from './source-state.ts';

type SimConfig = Extract<SourceConfig, { kind: 'sim' }>;

/** What was loaded of the days before the first live one. */
interface LoadedHistory {
  seed: number;
  days: number;
}

const HISTORY_ROWS = 10_000;

/**
 * The simulated exchange with what belongs to it: its instruments, brought up to date every trading day, and at the
 * first start the daily bars of the days before.
 */
export function createSimFeed(config: SimConfig, context: MarketDataContext): QuoteSource {
  const { seed, speed, start, historyDays } = config;
  const { dataSource, instruments, store, events } = context;
  const loaded = createDatabaseCheckpoint<LoadedHistory>(dataSource, 'sim-history');
  const source = createSimSource({
    seed,
    speed,
    ...(start === undefined ? {} : { start }),
    checkpoints: createDatabaseCheckpoint<SimState>(dataSource, 'sim'),
    onEnd: (end) => (end.reason === 'failed' ? events.sourceFailed(end.error) : events.calendarEnded(end.lastDate)),
  });
  let date: TradeDate | undefined;
  let history: Promise<void> = Promise.resolve();

  async function openDay(day: TradeDate): Promise<void> {
    await instruments.upsert(simInstruments(day, { seed }));
    if (date === undefined) history = loadHistory(day).catch(events.sourceFailed);
    date = day;
  }

  async function loadHistory(firstLiveDay: TradeDate): Promise<void> {
    const before = await loaded.load();
    if (historyDays === 0 || (before?.seed === seed && before.days >= historyDays)) return;
    const { bars } = dailyHistory({
      seed,
      from: daysBefore(firstLiveDay, historyDays),
      to: previousTradingDay(firstLiveDay),
    });
    const rows = bars.map((bar) => barToRow(bar, 'sim'));
    for (let at = 0; at < rows.length; at += HISTORY_ROWS)
      await store.write(DAILY_BARS.name, rows.slice(at, at + HISTORY_ROWS));
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

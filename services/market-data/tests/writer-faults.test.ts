import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createEvent, TOPICS } from '@quotefleet/contracts';
import { seriesDefinition } from '@quotefleet/data';
import { type Bar, dailyBarFromTick, rebuildMinuteBars, shanghaiMs, type Tick } from '@quotefleet/domain';
import { createInProcessBus, type EventBus, type Subscription } from '@quotefleet/messaging';
import { createLogger, createMetrics } from '@quotefleet/service-kit';
import { tableRegistry } from '@quotefleet/tables';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { createPostgresStore, StoreUnavailableError, type TimeSeriesStore } from '@quotefleet/timeseries';
import { createMarketDataEvents } from '../src/events.ts';
import { rowToBar } from '../src/series/rows.ts';
import { DAILY_BARS, MINUTE_BARS, TICKS } from '../src/series/series.ts';
import { createSimExchange } from '../src/sources/sim/index.ts';
import { StorageWriter } from '../src/writer/storage-writer.ts';
import { tick } from './market-data-fixture.ts';

const DATE = '2026-07-06';
const SYMBOLS = ['600519.SH', '300750.SZ', '000300.SH', '510300.SH'];
const PUBLISH_TICKS = 40;

/** The ticks of a simulated morning, those of one minute handed in again at the end, as a late source would. */
function morning(): Tick[] {
  const exchange = createSimExchange({ seed: 3, date: DATE, epoch: 'faults', universe: SYMBOLS });
  const ticks = exchange.step(shanghaiMs(DATE, '09:45:00'));
  const late = ticks.filter(({ ts }) => ts > shanghaiMs(DATE, '09:33:00') && ts <= shanghaiMs(DATE, '09:33:30'));
  return [...ticks.filter((tick) => !late.includes(tick)), ...late];
}

/** A store whose every so-many-th write fails, before or after the rows are in. */
function failing(store: TimeSeriesStore, every: number): TimeSeriesStore {
  let writes = 0;
  return {
    ...store,
    async append(series, rows) {
      writes += 1;
      const fails = writes % every === 0;
      if (fails && writes % 2 === 0) throw new StoreUnavailableError('lost before the write');
      await store.append(series, rows);
      if (fails) throw new StoreUnavailableError('lost after the write');
    },
  };
}

describeWith('postgres', 'the storage writer', (servers) => {
  const database = isolatedDatabase(servers);
  let store: TimeSeriesStore;
  let bus: EventBus;

  beforeAll(async () => {
    store = createPostgresStore({ url: database.url, schema: 'market' });
    await store.prepare([TICKS, MINUTE_BARS, DAILY_BARS].map((name) => seriesDefinition(tableRegistry().get(name))));
    bus = createInProcessBus({});
    await bus.ensureTopics([TOPICS.ticks, TOPICS.bars].map((name) => ({ name, partitions: 2 })));
  });
  afterAll(async () => {
    await bus.close();
    await store.close();
  });

  const startWriter = (every: number): Promise<Subscription> => {
    const events = createMarketDataEvents(createLogger({ service: 'test', level: 'silent' }), createMetrics('test'));
    return new StorageWriter({ bus, series: failing(store, every), quotes: { saw: () => undefined }, events }).start();
  };
  const barsOf = async (series: string, period: '1m' | '1d', symbol: string): Promise<Bar[]> =>
    (await store.read(series, { symbol, limit: 1000 })).map((row) => rowToBar(row, period));

  it('closes a minute although the write of its closing bar failed once, by the same lone tick', async () => {
    const symbol = '600036.SH';
    const at = (seq: number, time: string, volume: number) => ({
      ...tick({ symbol, seq, time, last: 10, volume }),
      source: 'test',
      receivedTs: 1,
    });
    let failsNext = false;
    const flaky: TimeSeriesStore = {
      ...store,
      async append(series, rows) {
        if (series === MINUTE_BARS && failsNext) {
          failsNext = false;
          throw new StoreUnavailableError('lost once');
        }
        return store.append(series, rows);
      },
    };
    const events = createMarketDataEvents(createLogger({ service: 'test', level: 'silent' }), createMetrics('test'));
    const writer = await new StorageWriter({ bus, series: flaky, quotes: { saw: () => undefined }, events }).start();
    const publish = (one: ReturnType<typeof at>) =>
      bus.publish(TOPICS.ticks, [{ key: symbol, value: createEvent('md.tick', one) }]);
    const minutes = () => barsOf(MINUTE_BARS, '1m', symbol);
    await publish(at(1, '09:30:57', 100));
    await waitUntil(async () => (await minutes()).length === 1, { timeoutMs: 5000, message: 'the first bar' });
    failsNext = true;
    await publish(at(2, '09:31:03', 300));
    await waitUntil(async () => (await minutes()).length === 2, { timeoutMs: 5000, message: 'the second bar' });
    expect(await minutes()).toMatchObject([
      { volume: 100, final: true },
      { volume: 200, final: false },
    ]);
    await writer.close();
  });

  it('stores each tick once and the same bars as without faults, when writes fail and writers take turns', async () => {
    const ticks = morning();
    let writer = await startWriter(3);
    for (let at = 0; at < ticks.length; at += PUBLISH_TICKS) {
      const part = ticks.slice(at, at + PUBLISH_TICKS);
      await bus.publish(
        TOPICS.ticks,
        part.map((tick) => ({ key: tick.symbol, value: createEvent('md.tick', tick) })),
      );
      if (at % (PUBLISH_TICKS * 8) === 0) {
        await writer.close();
        writer = await startWriter(5);
      }
    }
    for (const symbol of SYMBOLS) {
      const expected = ticks.filter((tick) => tick.symbol === symbol).sort((a, b) => a.ts - b.ts);
      const stored = async () => (await store.read(TICKS, { symbol, limit: 10_000 })).map(({ seq }) => seq);
      const rebuilt = rebuildMinuteBars(expected).map((bar) => ({ ...bar, final: true }));
      const minutes = async () => (await barsOf(MINUTE_BARS, '1m', symbol)).map((bar) => ({ ...bar, final: true }));
      await waitUntil(async () => JSON.stringify(await minutes()) === JSON.stringify(rebuilt), {
        timeoutMs: 20_000,
        message: `the bars of ${symbol}`,
      });
      expect(await stored()).toEqual(expected.map(({ seq }) => seq));
      const [day] = await barsOf(DAILY_BARS, '1d', symbol);
      const last = expected.at(-1);
      expect(day).toEqual(last && dailyBarFromTick(last));
    }
    await writer.close();
  }, 60_000);
});

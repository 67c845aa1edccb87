import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { CALENDAR_LAST, isTradingDay, parseInstant, shanghaiMs, toTradeDate } from '@quotefleet/domain';
import type { StoredTrade } from '../../trades/trade.ts';
import type { CheckpointStore, QuoteSource, TickSink } from '../quote-source.ts';
import { createSimExchange, type SimExchange, type SimExchangeOptions } from './exchange.ts';
import { DEFAULT_SEED } from './instruments.ts';
import { afterOpenTime, latestTradingDay } from './sim-clock.ts';
import { type SimState, SimStateError } from './sim-state.ts';

/** Why the source stopped by itself. */
export type SimEnd = { reason: 'calendar-ended'; lastDate: string } | { reason: 'failed'; error: unknown };

export interface SimSourceOptions {
  /** Exchange seconds per second; Infinity trades as fast as the sink takes it. */
  speed: number;
  /** A trading day, or `YYYY-MM-DD HH:MM:SS` of one; the latest trading day in Shanghai unless given. */
  start?: string;
  seed?: number;
  /** Where the exchange's state is kept between runs; saved after the sink has accepted the ticks in it. */
  checkpoints: CheckpointStore<SimState>;
  universe?: readonly string[];
  /** Takes the single trades of some symbols, behind the ticks that they made. */
  trades?: { of: readonly string[]; sink: (trades: StoredTrade[]) => Promise<void> };
  onEnd?: (end: SimEnd) => void;
}

export interface SimSource extends QuoteSource {
  /** Opens the exchange, or goes on from the checkpoint, and begins to trade; resolves when the first batch is due. */
  start(sink: TickSink): Promise<void>;
  /** Waits for the sink, saves a last checkpoint and returns it; undefined when it was not started. */
  stop(): Promise<SimState | undefined>;
}

/** On the first start the day is traded at full speed until then, so that quotes and minute bars exist at once. */
const FIRST_RUN_UNTIL = '09:31:00';
const PACE_MS = 100;
const SAVE_EVERY_MS = 1000;
/** Exchange time of one batch at most: some 3,000 ticks of the whole universe. */
const BATCH_MS = 30_000;
/** A machine that slept or a slow sink does not make up for lost time: the exchange runs late instead. */
const CATCH_UP_MAX_MS = 1000;

/** Runs a simulated exchange against the clock. What the sink rejects ends the run: it is repeated at the next start. */
export function createSimSource(options: SimSourceOptions): SimSource {
  if (!(options.speed > 0)) throw new RangeError(`expected a speed above 0, was ${options.speed}`);
  const stopping = new AbortController();
  let running: Promise<SimState> | undefined;
  return {
    async start(sink) {
      if (running) throw new Error('expected a source that was not started, was started');
      const opened = await open(options);
      running = run(opened, options, sink, stopping.signal);
    },
    async stop() {
      stopping.abort();
      return running;
    },
  };
}

interface Opened {
  exchange: SimExchange;
  /** Until then the exchange trades at full speed. */
  liveFromMs: number;
}

async function open({ checkpoints, seed = DEFAULT_SEED, start, universe, trades }: SimSourceOptions): Promise<Opened> {
  const startMs = start === undefined ? undefined : parseInstant(start);
  const liveFrom = (date: string) =>
    startMs === undefined || startMs === shanghaiMs(date) ? shanghaiMs(date, FIRST_RUN_UNTIL) : startMs;
  const settings = { seed, ...(universe ? { universe } : {}), ...(trades ? { tradesOf: trades.of } : {}) };
  const state = await checkpoints.load();
  const resumed = state && state.seed === seed && state.startedFrom === start ? resume(state, settings) : undefined;
  if (resumed) return { exchange: resumed, liveFromMs: liveFrom(resumed.date) };
  const date = startMs === undefined ? latestTradingDay(Date.now(), CALENDAR_LAST) : toTradeDate(startMs);
  if (!isTradingDay(date)) throw new RangeError(`expected a trading day for the simulated exchange, was ${date}`);
  const exchange = createSimExchange({ ...settings, date, epoch: `sim-${Date.now().toString(36)}` });
  return { exchange, liveFromMs: liveFrom(date) };
}

/** A state of another version or universe is of no use: the run begins anew, under a new epoch. */
function resume(
  state: SimState,
  settings: Pick<SimExchangeOptions, 'seed' | 'universe' | 'tradesOf'>,
): SimExchange | undefined {
  try {
    return createSimExchange({ ...settings, date: state.date, epoch: state.epoch, state });
  } catch (error) {
    if (error instanceof SimStateError) return undefined;
    throw error;
  }
}

/** Trades until stopped or at an end; resolves to the last checkpoint saved. */
async function run(
  { exchange, liveFromMs }: Opened,
  { speed, start, checkpoints, trades: tradeSink, onEnd }: SimSourceOptions,
  sink: TickSink,
  signal: AbortSignal,
): Promise<SimState> {
  const checkpoint = (): SimState => ({
    ...exchange.checkpoint(),
    ...(start === undefined ? {} : { startedFrom: start }),
  });
  let saved = checkpoint();
  let savedAtMs = performance.now();
  const save = async () => {
    const state = checkpoint();
    await checkpoints.save(state);
    saved = state;
    savedAtMs = performance.now();
  };
  const trade = async (untilMs: number) => {
    while (exchange.time < untilMs && !signal.aborted) {
      const ticks = exchange.step(Math.min(untilMs, afterOpenTime(exchange.time, BATCH_MS) ?? untilMs));
      if (ticks.length > 0) await sink(ticks);
      const trades = exchange.takeTrades();
      if (trades.length > 0) await tradeSink?.sink(trades);
      if (performance.now() - savedAtMs >= SAVE_EVERY_MS) await save();
    }
  };
  try {
    await trade(liveFromMs);
    let before = performance.now();
    while (!signal.aborted) {
      const now = performance.now();
      const openMs = speed === Infinity ? BATCH_MS : Math.min(now - before, CATCH_UP_MAX_MS) * speed;
      before = now;
      const untilMs = afterOpenTime(exchange.time, Math.round(openMs));
      await trade(untilMs ?? shanghaiMs(CALENDAR_LAST, '23:59:59'));
      if (untilMs === undefined) break;
      await (speed === Infinity ? nextTurn() : pause(signal));
    }
    await save();
    if (!signal.aborted) onEnd?.({ reason: 'calendar-ended', lastDate: exchange.date });
  } catch (error) {
    onEnd?.({ reason: 'failed', error });
  }
  return saved;
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(PACE_MS, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

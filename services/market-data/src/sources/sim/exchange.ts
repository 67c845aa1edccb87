import type { InstrumentPayload } from '@quotefleet/contracts';
import { CALENDAR_LAST, isTradingDay, shanghaiMs, type Tick } from '@quotefleet/domain';
import type { StoredTrade } from '../../trades/trade.ts';
import { createMarketYears } from './daily/market-year.ts';
import { simInstruments } from './instruments.ts';
import { createLiveDay, type LiveDay } from './live/live-day.ts';
import { publish } from './live/publish.ts';
import { SLOTS } from './live/timeline.ts';
import { tradesOf } from './live/trades.ts';
import type { SlotFactors } from './live/trading.ts';
import { normal, stream } from './random.ts';
import { tradingDayAfter } from './sim-clock.ts';
import { restoreDay, type SimState, STATE_VERSION, saveDay } from './sim-state.ts';
import { ETFS, listedSymbols, STOCKS } from './universe.ts';

export interface SimExchangeOptions {
  seed: number;
  /** The first trading day, `YYYY-MM-DD`. */
  date: string;
  /** `HH:MM:SS`: the day trades unseen until then, which takes some seconds for an afternoon. */
  time?: string;
  /** The symbols to show; all unless given. */
  universe?: readonly string[];
  /** The symbols whose single trades are told too; none unless given. */
  tradesOf?: readonly string[];
  /** Names the run of the sequence numbers. */
  epoch: string;
  /** Goes on from a checkpoint: its date, time, epoch and numbers win over the options'. */
  state?: SimState;
}

/** A simulated exchange that moves only when it is stepped. */
export interface SimExchange {
  readonly seed: number;
  readonly epoch: string;
  /** The day being traded. */
  readonly date: string;
  /** The instant up to which it was stepped, ms. */
  readonly time: number;
  /** Whether the calendar's last day is over: nothing more will come. */
  readonly ended: boolean;
  /** Every tick up to an instant (ms, included) that was not returned yet, in order of time; over days if need be. */
  step(untilExchangeMs: number): Tick[];
  /** The single trades behind the ticks returned since the last call. */
  takeTrades(): StoredTrade[];
  /** All that is needed to go on from here; plain JSON. */
  checkpoint(): SimState;
  /** The instruments with their status on a date. */
  instrumentsOn(date: string): InstrumentPayload[];
}

/**
 * Opens the exchange on a trading day. The ticks depend on seed, universe and date alone, not on the steps taken.
 * @throws {RangeError} for a date without a session; {SimStateError} for a state of another version or universe.
 */
export function createSimExchange(options: SimExchangeOptions): SimExchange {
  const { state } = options;
  const seed = state?.seed ?? options.seed;
  const epoch = state?.epoch ?? options.epoch;
  const symbols = new Set(options.universe ?? listedSymbols(CALENDAR_LAST));
  assertKnown(symbols);
  const years = createMarketYears(seed);
  const traded = new Set(options.tradesOf);
  let trades: StoredTrade[] = [];
  const sequence = new Map(Object.entries(state?.sequence ?? {}));
  let live = openDay(state?.date ?? options.date);
  let slot = state?.slot ?? 0;
  let turn = state?.turn ?? 0;
  let ended = false;
  let time = state?.time ?? shanghaiMs(live.date, '09:15:00');
  if (state) restoreDay(live, state);
  let factors = slotFactors(seed, live.date, slot);
  let midnight = shanghaiMs(live.date, '00:00:00');

  function openDay(date: string): LiveDay {
    if (!isTradingDay(date)) throw new RangeError(`expected a trading day, was ${date}`);
    return createLiveDay({ seed, years, date, symbols });
  }

  function openNextDay(untilMs: number): boolean {
    const date = tradingDayAfter(live.date);
    if (date === undefined) ended = true;
    if (date === undefined || shanghaiMs(date, '09:15:00') > untilMs) return false;
    live = openDay(date);
    midnight = shanghaiMs(date, '00:00:00');
    slot = 0;
    turn = 0;
    factors = slotFactors(seed, date, slot);
    return true;
  }

  function step(untilMs: number): Tick[] {
    const ticks: Tick[] = [];
    time = Math.max(time, untilMs);
    for (;;) {
      const at = SLOTS[slot];
      if (!at) {
        if (!openNextDay(untilMs)) return ticks;
        continue;
      }
      const publisher = live.publishers[turn];
      if (!publisher) {
        slot++;
        turn = 0;
        factors = slotFactors(seed, live.date, slot);
        continue;
      }
      const ts = midnight + at.at + publisher.offsetMs;
      if (ts > untilMs) return ticks;
      turn++;
      const seq = (sequence.get(publisher.symbol) ?? 0) + 1;
      const tick = publish(publisher, { slot, factors, ts, epoch, seq });
      if (!tick) continue;
      sequence.set(publisher.symbol, seq);
      ticks.push(tick);
      if (publisher.security && traded.has(publisher.symbol))
        trades.push(...tradesOf(publisher.security, tick, at.kind));
    }
  }

  if (!state && options.time !== undefined) {
    step(shanghaiMs(options.date, options.time));
    trades = [];
  }
  return {
    seed,
    epoch,
    get date() {
      return live.date;
    },
    get time() {
      return time;
    },
    get ended() {
      return ended;
    },
    step,
    takeTrades: () => {
      const taken = trades;
      trades = [];
      return taken;
    },
    checkpoint: () => ({
      version: STATE_VERSION,
      seed,
      epoch,
      date: live.date,
      time,
      slot,
      turn,
      sequence: Object.fromEntries(sequence),
      ...saveDay(live),
    }),
    instrumentsOn: (date) => simInstruments(date, { seed }),
  };
}

function assertKnown(symbols: ReadonlySet<string>): void {
  const known = new Set(listedSymbols(CALENDAR_LAST));
  for (const symbol of symbols) {
    if (!known.has(symbol)) throw new RangeError(`expected a symbol of the simulated universe, was '${symbol}'`);
  }
}

/** What all securities share in a slot; made from the slot alone, so that a checkpoint need not hold it. */
function slotFactors(seed: number, date: string, slot: number): SlotFactors {
  const rng = stream(seed, `slot ${date} ${slot}`);
  return { market: normal(rng), sectors: new Map(SECTOR_NAMES.map((sector) => [sector, normal(rng)])) };
}

const SECTOR_NAMES = [...new Set([...STOCKS, ...ETFS].map(({ sector }) => sector))].sort();

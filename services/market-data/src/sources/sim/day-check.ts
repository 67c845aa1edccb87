import { kindOf, lotRule, phaseAt, priceLimits, priceTick, type Tick } from '@quotefleet/domain';

// Taken once, as in random.ts.
const { max, min, round } = Math;

/** A tick that breaks a rule of the market, in words. */
export interface Breach {
  symbol: string;
  seq: number;
  rule: string;
}

/** Checks a day's ticks, as they come, against the rules as libs/domain knows them: for tests. */
export interface DayCheck {
  add(tick: Tick): void;
  readonly breaches: readonly Breach[];
  readonly last: ReadonlyMap<string, Tick>;
}

export interface DayCheckOptions {
  date: string;
  /** Under risk warning, and followers of ChiNext or STAR: symbols with limits of their own. */
  st: ReadonlySet<string>;
  wideEtfs: ReadonlySet<string>;
}

const BREACHES_MAX = 20;

export function createDayCheck({ date, st, wideEtfs }: DayCheckOptions): DayCheck {
  const last = new Map<string, Tick>();
  const breaches: Breach[] = [];
  const rules = new Map<string, Rules>();
  const rulesFor = ({ symbol, preClose }: Tick): Rules => {
    const known = rules.get(symbol);
    if (known) return known;
    const isStock = !isIndex(symbol);
    const made = {
      perYuan: round(1 / priceTick(symbol)),
      lots: isStock ? lotRule(symbol, date) : undefined,
      // The previous close stays all day, which is a claim of its own.
      limits: priceLimits({ symbol, date, isSt: st.has(symbol), isWideEtf: wideEtfs.has(symbol), preClose }),
    };
    rules.set(symbol, made);
    return made;
  };

  return {
    breaches,
    last,
    add(tick) {
      const before = last.get(tick.symbol);
      last.set(tick.symbol, tick);
      if (breaches.length >= BREACHES_MAX) return;
      const { perYuan, lots, limits } = rulesFor(tick);
      const claim = (holds: boolean, rule: string) => {
        if (!holds) breaches.push({ symbol: tick.symbol, seq: tick.seq, rule });
      };
      checkOrder(tick, before, claim);
      checkPrices(tick, perYuan, limits, claim);
      checkBook(tick, lots, claim);
    },
  };
}

interface Rules {
  perYuan: number;
  lots: { minBuy: number; increment: number } | undefined;
  limits: { up: number; down: number } | undefined;
}

type Claim = (holds: boolean, rule: string) => void;

function checkOrder(tick: Tick, before: Tick | undefined, claim: Claim): void {
  claim(tick.phase === phaseAt(tick.ts, tick.symbol), 'the phase is that of the time');
  if (!before) return;
  claim(tick.ts > before.ts, 'time rises');
  claim(tick.seq === before.seq + 1, 'sequence rises by one');
  claim(tick.volume >= before.volume && tick.amount >= before.amount, 'volume and amount never fall');
  claim((tick.afterHoursVolume ?? 0) >= (before.afterHoursVolume ?? 0), 'after-hours volume never falls');
  claim(before.open === 0 || tick.open === before.open, 'the open stays');
  claim(tick.high >= before.high && (before.low === 0 || tick.low <= before.low), 'high rises and low falls');
  claim(tick.preClose === before.preClose, 'the previous close stays');
  const traded = tick.volume - before.volume;
  const paid = tick.amount - before.amount;
  if (tick.bidPrices.length + tick.askPrices.length === 0) return;
  claim(traded > 0 === paid > 0, 'amount moves with volume');
  claim(paid <= traded * tick.high + 0.01 && paid >= traded * tick.low - 0.01, 'trades are between low and high');
  const isTrading = tick.phase === 'continuous' || before.volume === 0 || before.phase === 'closing-auction';
  claim(
    traded === 0 || isTrading || tick.phase === 'closed' || tick.phase === 'after-close-gap',
    'no trades in breaks',
  );
}

function checkPrices(tick: Tick, perYuan: number, limits: Rules['limits'], claim: Claim): void {
  const { last, open, high, low, volume, preClose, bidPrices, askPrices } = tick;
  const onTick = (price: number) => price === round(price * perYuan) / perYuan;
  claim([last, open, high, low, preClose].every(onTick), 'prices lie on the tick');
  claim(bidPrices.every(onTick) && askPrices.every(onTick), 'quotes lie on the tick');
  if (volume === 0) claim(last === 0 && open === 0 && high === 0 && low === 0, 'no price before the first trade');
  else claim(low > 0 && low <= min(open, last) && high >= max(open, last), 'open, high, low, last fit');
  claim(limits?.up === tick.limitUp && limits?.down === tick.limitDown, 'limits are those of the rules');
  if (!limits) return;
  const within = (price: number) => price <= limits.up && price >= limits.down;
  claim(bidPrices.every(within) && askPrices.every(within), 'quotes are within the limits');
  claim(volume === 0 || (within(high) && within(low)), 'trades are within the limits');
}

function checkBook(tick: Tick, lots: Rules['lots'], claim: Claim): void {
  const { bidPrices, bidVolumes, askPrices, askVolumes, phase } = tick;
  claim(bidPrices.length === bidVolumes.length && askPrices.length === askVolumes.length, 'every price has a volume');
  const [bid, ask] = [bidPrices[0], askPrices[0]];
  if (!lots) {
    claim(bid === undefined && ask === undefined, 'an index has no book');
    return;
  }
  claim(
    bidPrices.length <= 5 && askPrices.length <= 5 && (bid !== undefined || ask !== undefined),
    'up to five levels',
  );
  if (phase === 'opening-auction' || phase === 'closing-auction') claim(bid === ask, 'an auction has one price');
  else claim(bid === undefined || ask === undefined || bid < ask, 'bid is below ask');
  claim(bid !== undefined || ask === tick.limitDown, 'no bids only at the lower limit');
  claim(ask !== undefined || bid === tick.limitUp, 'no asks only at the upper limit');
  for (let i = 1; i < bidPrices.length; i++) claim((bidPrices[i] ?? 0) < (bidPrices[i - 1] ?? 0), 'bids fall');
  for (let i = 1; i < askPrices.length; i++) claim((askPrices[i] ?? 0) > (askPrices[i - 1] ?? 0), 'asks rise');
  const inLots = (volume: number) => volume >= lots.minBuy && volume % lots.increment === 0;
  claim(bidVolumes.every(inLots) && askVolumes.every(inLots), 'waiting volumes are in lots');
  claim(
    tick.volume % lots.increment === 0 && (tick.afterHoursVolume ?? 0) % lots.increment === 0,
    'trades are in lots',
  );
}

function isIndex(symbol: string): boolean {
  return kindOf(symbol) === 'index';
}

import { lotRule, phaseAt, priceLimits, priceTick, type Tick } from '@quotefleet/domain';

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
  const rulesOf = remember((symbol) => ({
    perYuan: Math.round(1 / priceTick(symbol)),
    lots: isIndex(symbol) ? undefined : lotRule(symbol, date),
    isSt: st.has(symbol),
    isWideEtf: wideEtfs.has(symbol),
  }));
  const limitsOf = remember((key) => {
    const [symbol = '', preClose] = key.split(' ');
    const { isSt, isWideEtf } = rulesOf(symbol);
    return priceLimits({ symbol, date, isSt, isWideEtf, preClose: Number(preClose) });
  });

  return {
    breaches,
    last,
    add(tick) {
      const before = last.get(tick.symbol);
      last.set(tick.symbol, tick);
      if (breaches.length >= BREACHES_MAX) return;
      const rules = rulesOf(tick.symbol);
      const limits = limitsOf(`${tick.symbol} ${tick.preClose}`);
      const claim = (holds: boolean, rule: string) => {
        if (!holds) breaches.push({ symbol: tick.symbol, seq: tick.seq, rule });
      };
      checkOrder(tick, before, claim);
      checkPrices(tick, rules.perYuan, limits, claim);
      checkBook(tick, rules.lots, claim);
    },
  };
}

type Claim = (holds: boolean, rule: string) => void;

function checkOrder(tick: Tick, before: Tick | undefined, claim: Claim): void {
  claim(tick.phase === phaseAt(tick.ts, tick.symbol), `phase ${tick.phase} is not that of ${tick.ts}`);
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
  if (isIndex(tick.symbol)) return;
  claim(traded > 0 === paid > 0, 'amount moves with volume');
  claim(paid <= traded * tick.high + 0.01 && paid >= traded * tick.low - 0.01, 'trades are between low and high');
  const isTrading = tick.phase === 'continuous' || before.volume === 0 || before.phase === 'closing-auction';
  claim(
    traded === 0 || isTrading || tick.phase === 'closed' || tick.phase === 'after-close-gap',
    'no trades in breaks',
  );
}

function checkPrices(
  tick: Tick,
  perYuan: number,
  limits: { up: number; down: number } | undefined,
  claim: Claim,
): void {
  const { last, open, high, low, volume } = tick;
  const prices = [last, open, high, low, tick.preClose, ...tick.bidPrices, ...tick.askPrices];
  claim(
    prices.every((price) => price === Math.round(price * perYuan) / perYuan),
    'prices lie on the tick',
  );
  if (volume === 0) claim(last === 0 && open === 0 && high === 0 && low === 0, 'no price before the first trade');
  else claim(low > 0 && low <= Math.min(open, last) && high >= Math.max(open, last), 'open, high, low, last fit');
  claim(limits?.up === tick.limitUp && limits?.down === tick.limitDown, 'limits are those of the rules');
  if (!limits) return;
  const quoted = [...tick.bidPrices, ...tick.askPrices, ...(volume === 0 ? [] : [high, low])];
  claim(
    quoted.every((price) => price <= limits.up && price >= limits.down),
    'prices are within the limits',
  );
}

function checkBook(tick: Tick, lots: { minBuy: number; increment: number } | undefined, claim: Claim): void {
  const { bidPrices, bidVolumes, askPrices, askVolumes, phase, symbol } = tick;
  claim(bidPrices.length === bidVolumes.length && askPrices.length === askVolumes.length, 'every price has a volume');
  if (!lots) {
    claim(bidPrices.length === 0 && askPrices.length === 0 && isIndex(symbol), 'an index has no book');
    return;
  }
  const [bid, ask] = [bidPrices[0], askPrices[0]];
  claim(
    bidPrices.length <= 5 && askPrices.length <= 5 && (bid !== undefined || ask !== undefined),
    'up to five levels',
  );
  if (phase === 'opening-auction' || phase === 'closing-auction') claim(bid === ask, 'an auction has one price');
  else claim(bid === undefined || ask === undefined || bid < ask, 'bid is below ask');
  if (bid === undefined) claim(ask === tick.limitDown, 'no bids only at the lower limit');
  if (ask === undefined) claim(bid === tick.limitUp, 'no asks only at the upper limit');
  claim(
    bidPrices.every((price, i) => i === 0 || price < (bidPrices[i - 1] ?? 0)),
    'bids fall',
  );
  claim(
    askPrices.every((price, i) => i === 0 || price > (askPrices[i - 1] ?? 0)),
    'asks rise',
  );
  const inLots = (volume: number) => volume >= lots.minBuy && volume % lots.increment === 0;
  claim([...bidVolumes, ...askVolumes].every(inLots), 'waiting volumes are in lots');
  claim(
    tick.volume % lots.increment === 0 && (tick.afterHoursVolume ?? 0) % lots.increment === 0,
    'trades are in lots',
  );
}

function isIndex(symbol: string): boolean {
  return /^(000\d{3}\.SH|399\d{3}\.SZ|899\d{3}\.BJ)$/.test(symbol);
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.has(key) ? (made.get(key) as T) : make(key);
    made.set(key, value);
    return value;
  };
}

import type { InstrumentPayload } from '@quotefleet/contracts';
import { boardOf, kindOf, priceTick } from '@quotefleet/domain';
import { FUNDS, INDICES } from './data/funds-and-indices.ts';
import { BEIJING, CHINEXT, STAR } from './data/growth-boards.ts';
import { SHANGHAI_MAIN } from './data/shanghai-main.ts';
import { SHENZHEN_MAIN } from './data/shenzhen-main.ts';

interface Listed {
  symbol: string;
  name: string;
  kind: InstrumentPayload['kind'];
  board: string;
  /** The first date on which its board traded; the exchange shows nothing of it before. */
  since: string;
}

/** A security with a book: a stock, or an ETF. */
export interface Security extends Listed {
  isSt: boolean;
  sector: string;
  /** Price level in yuan around which it moves. */
  level: number;
  /** Shares or units outstanding. */
  shares: number;
  /** Ticks per yuan. */
  perYuan: number;
  /** Symbol or sectors an ETF follows; undefined when its value has a path of its own. */
  follows?: string;
  /** An ETF of STAR or ChiNext stocks only, whose limits are ±20 %. */
  isWideEtf: boolean;
}

export interface Index extends Listed {
  /** Level at the end of 2024. */
  level: number;
}

const HUNDRED_MILLION = 100_000_000;
const BOARD_OPENED: Record<string, string> = {
  star: '2019-07-22',
  cdr: '2019-07-22',
  bse: '2021-11-15',
  chinext: '2009-10-30',
};
const INDEX_OPENED: Record<string, string> = {
  '000688.SH': '2019-07-22',
  '000698.SH': '2019-07-22',
  '399006.SZ': '2009-10-30',
  '399673.SZ': '2009-10-30',
  '899050.BJ': '2021-11-15',
};
const CHINEXT_INDICES = new Set(['399006.SZ', '399673.SZ']);
const FIRST_DATE = '1990-12-19';

export const STOCKS: readonly Security[] = [
  ...stockLines(SHANGHAI_MAIN, 'SH'),
  ...stockLines(SHENZHEN_MAIN, 'SZ'),
  ...stockLines(CHINEXT, 'SZ'),
  ...stockLines(STAR, 'SH'),
  ...stockLines(BEIJING, 'BJ'),
];
export const ETFS: readonly Security[] = lines(FUNDS).map(toEtf);
export const INDEX_LIST: readonly Index[] = lines(INDICES).map(([symbol = '', name = '', level]) => ({
  ...listed(symbol, name, INDEX_OPENED[symbol] ?? FIRST_DATE),
  level: Number(level),
}));

/** Symbols of everything the exchange shows on a date, in a fixed order. */
export function listedSymbols(date: string): string[] {
  return [...STOCKS, ...ETFS, ...INDEX_LIST].filter(({ since }) => since <= date).map(({ symbol }) => symbol);
}

function lines(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

function listed(symbol: string, name: string, since: string): Listed {
  return { symbol, name, kind: kindOf(symbol), board: boardOf(symbol), since };
}

function stockLines(text: string, exchange: string): Security[] {
  return lines(text).map(([code, name = '', sector = '', level, shares]) => {
    const symbol = `${code}.${exchange}`;
    return {
      ...listed(symbol, name, BOARD_OPENED[boardOf(symbol)] ?? FIRST_DATE),
      isSt: /^\*?ST/.test(name),
      sector,
      level: Number(level),
      shares: Number(shares) * HUNDRED_MILLION,
      perYuan: Math.round(1 / priceTick(symbol)),
      isWideEtf: false,
    };
  });
}

function toEtf([code = '', name = '', follows = '', level, units]: string[]): Security {
  const symbol = `${code}.${code.startsWith('1') ? 'SZ' : 'SH'}`;
  const own = follows.startsWith('own:');
  return {
    ...listed(symbol, name, INDEX_OPENED[follows] ?? FIRST_DATE),
    isSt: false,
    sector: own ? follows.slice('own:'.length) : 'fund',
    level: Number(level),
    shares: Number(units) * HUNDRED_MILLION,
    perYuan: Math.round(1 / priceTick(symbol)),
    ...(own ? {} : { follows }),
    isWideEtf: CHINEXT_INDICES.has(follows),
  };
}

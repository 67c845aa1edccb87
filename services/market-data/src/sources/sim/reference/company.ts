import { BASE_YEAR } from '../daily/baskets.ts';
import { clamp, normal, stream, uniform } from '../random.ts';
import type { Security } from '../universe.ts';
import type { Parts } from './amounts.ts';
import type { Period } from './report-calendar.ts';
import { SHAPES, type Shape } from './statement-shapes.ts';

/**
 * By sector: price to book, return on equity, gross margin, profit before tax to revenue, liabilities to assets,
 * current assets to assets (banks, insurers and brokers make no such difference).
 */
const SECTOR_TABLE = `
bank 0.65 0.10 1 0.45 0.92 0
insurance 1.3 0.12 1 0.13 0.89 0
broker 1.5 0.08 1 0.42 0.78 0
oil 1.2 0.11 0.21 0.09 0.43 0.25
coal 1.6 0.15 0.34 0.24 0.42 0.35
power 2.2 0.11 0.40 0.28 0.60 0.18
telecom 1.3 0.08 0.28 0.12 0.42 0.25
transport 1.7 0.09 0.25 0.15 0.50 0.30
building 0.7 0.09 0.13 0.045 0.72 0.65
estate 0.6 0.03 0.17 0.05 0.74 0.85
liquor 6 0.26 0.78 0.50 0.22 0.80
food 4 0.17 0.34 0.13 0.42 0.50
appliance 3 0.20 0.28 0.12 0.58 0.70
pharma 4 0.13 0.58 0.17 0.32 0.58
semiconductor 5 0.07 0.33 0.13 0.30 0.60
software 5 0.06 0.48 0.08 0.38 0.68
electronics 3 0.11 0.20 0.08 0.48 0.62
communication 5 0.16 0.32 0.16 0.42 0.70
solar 2 0.06 0.17 0.05 0.60 0.58
battery 3 0.10 0.20 0.09 0.55 0.60
auto 2 0.10 0.18 0.06 0.60 0.62
machinery 3 0.12 0.28 0.11 0.48 0.65
metal 2.5 0.15 0.17 0.09 0.50 0.45
steel 0.9 0.06 0.10 0.03 0.55 0.40
chemical 2.2 0.12 0.20 0.10 0.48 0.40
media 2.5 0.10 0.45 0.18 0.30 0.65
defence 4 0.08 0.20 0.08 0.52 0.75
retail 2.5 0.10 0.32 0.10 0.45 0.60
agriculture 3 0.09 0.15 0.06 0.55 0.45
`;
const PROFILES = new Map(
  SECTOR_TABLE.trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([sector = '', ...numbers]) => [sector, numbers.map(Number)]),
);
const SHAPE_OF: Record<string, Shape> = { bank: SHAPES.bank, insurance: SHAPES.insurer, broker: SHAPES.broker };
const TROUBLED_RETURN = -0.12;
const TROUBLED_MARGIN = -0.15;

/** What lasts of a company: how large it is, what it earns and how its books are made up. */
export interface Company {
  security: Security;
  shape: Shape;
  /** Equity at the end of {@link BASE_YEAR}, yuan, and its growth per year (continuous). */
  equity: number;
  growth: number;
  /** Revenue of a year to the equity of its time. */
  turnover: number;
  grossMargin: number;
  /** Profit before tax to revenue. */
  margin: number;
  taxRate: number;
  /** Part of equity and profit that belongs to others. */
  minority: number;
  debtRatio: number;
  currentRatio: number;
  /** Depreciation of a year to assets. */
  depreciation: number;
  assets: Parts;
  currentAssets: Parts;
  liabilities: Parts;
  currentLiabilities: Parts;
}

export function companyOf(seed: number, security: Security): Company {
  const profile = PROFILES.get(security.sector);
  if (!profile) throw new Error(`expected a sector with a profile, was '${security.sector}' of ${security.symbol}`);
  const [priceToBook = 1, sectorReturn = 0, gross = 0, sectorMargin = 0, debt = 0, current = 0] = profile;
  const rng = stream(seed, `company ${security.symbol}`);
  const vary = (value: number, spread: number) => value * Math.exp(spread * clamp(normal(rng), -2, 2));
  const shape = SHAPE_OF[security.sector] ?? SHAPES.industrial;
  const isIndustrial = shape === SHAPES.industrial;
  const grossMargin = isIndustrial ? Math.min(0.93, vary(gross, 0.12)) : 1;
  const earned = Math.min(vary(sectorMargin, 0.15), grossMargin - 0.07);
  const margin = security.isSt ? TROUBLED_MARGIN : Math.max(0.01, earned);
  const returnOnEquity = security.isSt ? TROUBLED_RETURN : vary(sectorReturn, 0.25);
  const taxRate = 0.15 + 0.1 * uniform(rng);
  const untaxed = security.isSt ? 1 : 1 - taxRate;
  const personal = (parts: Parts): Parts =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, vary(part, 0.25)]));
  return {
    security,
    shape,
    equity: (security.level * security.shares) / vary(priceToBook, 0.2),
    // What is not paid out stays.
    growth: clamp(0.6 * returnOnEquity, -0.05, 0.12),
    turnover: returnOnEquity / (margin * untaxed),
    grossMargin,
    margin,
    taxRate,
    minority: 0.08 * uniform(rng) ** 2,
    debtRatio: isIndustrial ? clamp(vary(debt, 0.12), 0.08, 0.85) : debt + 0.01 * (uniform(rng) - 0.5),
    currentRatio: clamp(vary(current, 0.1), 0.1, 0.92),
    depreciation: (isIndustrial ? 0.03 : 0.003) * (0.7 + 0.6 * uniform(rng)),
    assets: personal(shape.assets),
    currentAssets: personal(shape.currentAssets),
    liabilities: personal(shape.liabilities),
    currentLiabilities: personal(shape.currentLiabilities),
  };
}

/** Equity of the owners at the end of a quarter, before its own ups and downs; quarters may be broken. */
export function equityAt({ equity, growth }: Company, { year, quarter }: Period): number {
  return equity * Math.exp(growth * (year - BASE_YEAR - 1 + quarter / 4));
}

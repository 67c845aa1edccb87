import type { Security } from '../universe.ts';

interface Sector {
  /** How strongly it follows the market. */
  beta: number;
  /** Deviation of its own daily return. */
  deviation: number;
  /** Cash dividend per payment, as a part of the price; shares pay about twice a year. */
  yield: number;
  /** Turnover against that of an average share of its size. */
  activity: number;
}

const SECTORS: Record<string, Sector> = {
  bank: { beta: 0.6, deviation: 0.006, yield: 0.021, activity: 0.4 },
  insurance: { beta: 1.1, deviation: 0.009, yield: 0.016, activity: 0.5 },
  broker: { beta: 1.3, deviation: 0.009, yield: 0.008, activity: 1.2 },
  oil: { beta: 0.6, deviation: 0.008, yield: 0.02, activity: 0.4 },
  coal: { beta: 0.6, deviation: 0.011, yield: 0.03, activity: 0.6 },
  power: { beta: 0.4, deviation: 0.006, yield: 0.014, activity: 0.5 },
  telecom: { beta: 0.7, deviation: 0.007, yield: 0.015, activity: 0.6 },
  transport: { beta: 0.7, deviation: 0.007, yield: 0.01, activity: 0.6 },
  building: { beta: 0.8, deviation: 0.007, yield: 0.013, activity: 0.7 },
  liquor: { beta: 1, deviation: 0.01, yield: 0.013, activity: 0.9 },
  food: { beta: 0.8, deviation: 0.007, yield: 0.014, activity: 0.8 },
  appliance: { beta: 0.9, deviation: 0.007, yield: 0.018, activity: 0.9 },
  pharma: { beta: 0.9, deviation: 0.009, yield: 0.005, activity: 1 },
  semiconductor: { beta: 1.4, deviation: 0.012, yield: 0.002, activity: 1.4 },
  software: { beta: 1.4, deviation: 0.012, yield: 0.003, activity: 1.4 },
  electronics: { beta: 1.2, deviation: 0.009, yield: 0.006, activity: 1.2 },
  communication: { beta: 1.3, deviation: 0.013, yield: 0.004, activity: 1.5 },
  solar: { beta: 1.2, deviation: 0.012, yield: 0.005, activity: 1.2 },
  battery: { beta: 1.2, deviation: 0.011, yield: 0.006, activity: 1.2 },
  gold: { beta: 0, deviation: 0.008, yield: 0, activity: 3 },
  overseas: { beta: 0.2, deviation: 0.011, yield: 0, activity: 4 },
};
const OTHER: Sector = { beta: 1, deviation: 0.008, yield: 0.009, activity: 1 };

/** How a security moves and trades on an average day. */
export interface Character {
  beta: number;
  /** Deviation of the daily return that it shares with nobody, and of the whole. */
  ownDeviation: number;
  dailyDeviation: number;
  dividendYield: number;
  /** Shares that change hands on an average day. */
  dailyVolume: number;
}

/** The market's own daily deviation. */
export const MARKET_DEVIATION = 0.009;

/** Deviation of what a sector returns over the market on a day. */
export function sectorDeviation(sector: string): number {
  return (SECTORS[sector] ?? OTHER).deviation;
}

const TRILLION = 1e12;
const BOARD_RESTLESSNESS: Record<string, number> = { star: 1.25, cdr: 1.25, chinext: 1.2, bse: 1.5, etf: 0.15 };

/** Large companies move less and turn over a smaller part of their shares; the exponents are fitted by eye. */
export function characterOf(security: Security): Character {
  const sector = SECTORS[security.sector] ?? OTHER;
  const size = (security.level * security.shares) / TRILLION;
  const isFund = security.kind === 'etf';
  const ownDeviation = 0.009 * Math.min(2, size ** -0.12) * (BOARD_RESTLESSNESS[security.board] ?? 1);
  const turnover = isFund ? 0.012 : 0.003 * size ** -0.45;
  return {
    beta: sector.beta,
    ownDeviation,
    dailyDeviation: Math.hypot(sector.beta * MARKET_DEVIATION, sector.deviation, ownDeviation),
    dividendYield: security.isSt ? 0 : sector.yield,
    dailyVolume: security.shares * Math.min(0.06, turnover) * sector.activity,
  };
}

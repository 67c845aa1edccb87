import { normal, stream, uniform } from '../random.ts';
import { type Amounts, split } from './amounts.ts';
import { type Company, equityAt } from './company.ts';
import type { Period } from './report-calendar.ts';

/** Revenue of a quarter against an even year. */
const SEASONS = [0.92, 0.99, 0.98, 1.11];
/** Gross margin over the profit before tax that the other costs need at least. */
const COSTS_MIN = 0.05;

/** The income statement of one quarter alone, its sums included; those of a year's quarters add up to the year's. */
export function quarterIncome(seed: number, company: Company, { year, quarter }: Period): Amounts {
  const { shape, security, taxRate, minority } = company;
  const ofYear = stream(seed, `income ${security.symbol} ${year}`);
  const luck = shape.compType === '1' ? 0.14 : 0.05;
  const [busy, lucky] = [Math.exp(0.05 * normal(ofYear)), Math.exp(luck * normal(ofYear))];
  const rng = stream(seed, `income ${security.symbol} ${year}Q${quarter}`);
  const trade = (SEASONS[quarter - 1] ?? 1) * busy * Math.exp(0.03 * normal(rng));
  const revenue = Math.round((equityAt(company, { year, quarter: quarter - 0.5 }) * company.turnover * trade) / 4);
  const margin = company.margin * lucky * Math.exp(0.5 * luck * normal(rng));
  const totalProfit = Math.round(revenue * margin);
  const some = (part: number) => Math.round(revenue * part * 2 * uniform(rng));
  const nonOperIncome = some(0.001);
  const nonOperExp = some(0.001);
  const operateProfit = totalProfit - nonOperIncome + nonOperExp;
  const incomeTax = Math.max(0, Math.round(totalProfit * taxRate));
  const nIncome = totalProfit - incomeTax;
  const minorityGain = Math.round(nIncome * minority);
  const nIncomeAttrP = nIncome - minorityGain;
  const othComprIncome = Math.round(0.03 * Math.abs(nIncome) * normal(rng));
  const earned = split(revenue, shape.revenue, rng, 0.05);
  return {
    ...earned,
    ...shape.behind(earned),
    ...spent(company, { revenue, margin, operateProfit }, rng),
    totalRevenue: revenue,
    revenue,
    operateProfit,
    nonOperIncome,
    nonOperExp,
    totalProfit,
    incomeTax,
    nIncome,
    continuedNetProfit: nIncome,
    nIncomeAttrP,
    minorityGain,
    othComprIncome,
    tComprIncome: nIncome + othComprIncome,
    comprIncAttrP: nIncomeAttrP + othComprIncome,
    comprIncAttrMS: minorityGain,
  };
}

interface Result {
  revenue: number;
  margin: number;
  operateProfit: number;
}

/** What lies between revenue and operating profit; only industrial companies have lines below the total cost. */
function spent({ shape, grossMargin }: Company, result: Result, rng: ReturnType<typeof stream>): Amounts {
  const { revenue, margin, operateProfit } = result;
  if (shape.compType !== '1') {
    const totalCogs = revenue - operateProfit;
    return { totalCogs, ...split(totalCogs, shape.costs, rng, 0.05) };
  }
  const some = (part: number) => Math.round(revenue * part * 2 * uniform(rng));
  const gross = Math.max(grossMargin * Math.exp(0.02 * normal(rng)), margin + COSTS_MIN);
  const operCost = Math.round(revenue * (1 - Math.min(gross, 0.97)));
  const othIncome = some(0.006);
  const investIncome = some(0.008);
  const assetsImpairLoss = some(0.004);
  const creditImpaLoss = some(0.002);
  const totalCogs = revenue + othIncome + investIncome - assetsImpairLoss - creditImpaLoss - operateProfit;
  const costs = split(totalCogs - operCost, shape.costs, rng, 0.05);
  const ebit = operateProfit + (costs.finExp ?? 0);
  return { operCost, totalCogs, ...costs, othIncome, investIncome, assetsImpairLoss, creditImpaLoss, ebit };
}

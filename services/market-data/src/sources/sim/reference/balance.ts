import { normal, stream } from '../random.ts';
import { type Amounts, split } from './amounts.ts';
import { type Company, equityAt } from './company.ts';
import type { Period } from './report-calendar.ts';

/** The balance sheet at the end of a period; `totalShare` is what the share capital is by then. */
export function balanceAt(seed: number, company: Company, period: Period, totalShare: number): Amounts {
  const { shape, security, minority } = company;
  const rng = stream(seed, `balance ${security.symbol} ${period.year}Q${period.quarter}`);
  const isIndustrial = shape.compType === '1';
  const debtRatio = company.debtRatio + (isIndustrial ? 0.006 : 0.0006) * normal(rng);
  const own = Math.round(equityAt(company, period) * Math.exp(0.005 * normal(rng)));
  const minorityInt = Math.round((own * minority) / (1 - minority));
  const equity = own + minorityInt;
  const totalAssets = Math.round(equity / (1 - debtRatio));
  const totalLiab = totalAssets - equity;
  const parts: Amounts = {};
  const fill = (sum: number, of: Company['assets']) => Object.assign(parts, split(sum, of, rng, 0.025));
  if (isIndustrial) {
    const totalCurAssets = Math.round(totalAssets * company.currentRatio);
    const totalCurLiab = Math.round(totalLiab * (0.45 + 0.5 * company.currentRatio));
    const totalNca = totalAssets - totalCurAssets;
    const totalNcl = totalLiab - totalCurLiab;
    fill(totalCurAssets, company.currentAssets);
    fill(totalNca, company.assets);
    fill(totalCurLiab, company.currentLiabilities);
    fill(totalNcl, company.liabilities);
    Object.assign(parts, { totalCurAssets, totalNca, totalCurLiab, totalNcl });
  } else {
    fill(totalAssets, company.assets);
    fill(totalLiab, company.liabilities);
  }
  const capRese = Math.round(0.3 * own);
  const surplusRese = Math.round(Math.min(0.5 * totalShare, 0.1 * own));
  const othCompIncome = Math.round(0.005 * own * normal(rng));
  return {
    ...parts,
    totalAssets,
    totalLiab,
    totalShare,
    capRese,
    surplusRese,
    othCompIncome,
    undistrPorfit: own - totalShare - capRese - surplusRese - othCompIncome,
    totalHldrEqyExcMinInt: own,
    minorityInt,
    totalHldrEqyIncMinInt: equity,
    totalLiabHldrEqy: totalAssets,
  };
}

import { stream, uniform } from '../random.ts';
import { type Amounts, plus } from './amounts.ts';
import { balanceAt } from './balance.ts';
import { cashFlow } from './cash-flow.ts';
import { type Company, companyOf } from './company.ts';
import { quarterIncome } from './income.ts';
import { endOf, type Period } from './report-calendar.ts';
import type { ShareCapital } from './share-capital.ts';

export interface Statements {
  balance: Amounts;
  /** Of the year so far, as is `cash`. */
  income: Amounts;
  cash: Amounts;
}

/** The statements of one company, every period made when first asked for. */
export interface Books {
  company: Company;
  statements(period: Period): Statements;
  /** An annual report that was wrong is told again, with a loss on what customers owe. */
  restated(period: Period): Statements | undefined;
}

const RESTATED_CHANCE = 0.03;
/** What goes down with a profit that was too high. */
const OF_INCOME = [
  'operateProfit',
  'totalProfit',
  'nIncome',
  'continuedNetProfit',
  'nIncomeAttrP',
  'tComprIncome',
  'comprIncAttrP',
  'ebit',
];
const OF_BALANCE = [
  'accountsReceiv',
  'totalCurAssets',
  'totalAssets',
  'undistrPorfit',
  'totalHldrEqyExcMinInt',
  'totalHldrEqyIncMinInt',
  'totalLiabHldrEqy',
];

export function createBooks(seed: number, security: Company['security'], capital: ShareCapital): Books {
  const company = companyOf(seed, security);
  const balance = remember((period) =>
    balanceAt(seed, company, period, capital.sharesOn(security.symbol, endOf(period))),
  );
  const income: (period: Period) => Amounts = remember(({ year, quarter }) => {
    const own = quarterIncome(seed, company, { year, quarter });
    return quarter === 1 ? own : plus(income({ year, quarter: quarter - 1 }), own);
  });
  const statements = remember((period) => {
    const [begin, end] = [balance({ year: period.year - 1, quarter: 4 }), balance(period)];
    const incomeSoFar = income(period);
    const cash = cashFlow(seed, company, { period, income: incomeSoFar, begin, end });
    return { balance: end, income: incomeSoFar, cash };
  });
  return {
    company,
    statements,
    restated(period) {
      if (period.quarter !== 4 || company.shape.compType !== '1') return undefined;
      const rng = stream(seed, `restated ${security.symbol} ${period.year}`);
      if (uniform(rng) > RESTATED_CHANCE) return undefined;
      return withLoss(statements(period), 0.05 + 0.2 * uniform(rng));
    },
  };
}

/** The loss is a part of the year's profit; no cash moves and no tax comes back. */
function withLoss({ balance, income, cash }: Statements, part: number): Statements {
  const loss = Math.round(Math.abs(income.nIncome ?? 0) * part);
  const lower = (columns: readonly string[]) => Object.fromEntries(columns.map((column) => [column, -loss]));
  return {
    balance: plus(balance, lower(OF_BALANCE)),
    income: plus(income, { ...lower(OF_INCOME), creditImpaLoss: loss }),
    cash: plus(cash, { netProfit: -loss, creditImpaLoss: loss }),
  };
}

function remember<T>(make: (period: Period) => T): (period: Period) => T {
  const made = new Map<number, T>();
  return (period) => {
    const key = period.year * 4 + period.quarter;
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(period);
    made.set(key, value);
    return value;
  };
}

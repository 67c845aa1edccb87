import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { normal, stream, uniform } from '../random.ts';
import { type Amounts, split, total } from './amounts.ts';
import type { Company } from './company.ts';
import type { Period } from './report-calendar.ts';

const RECEIVABLES = ['accountsReceiv', 'notesReceiv', 'prepayment', 'othReceiv'];
const PAYABLES = ['acctPayable', 'notesPayable', 'contractLiab', 'payrollPayable', 'taxesPayable'];
/** Outflows of operations are this part of revenue at least. */
const PAID_MIN = 0.3;

export interface CashSetting {
  period: Period;
  /** The income statement of the year so far. */
  income: Amounts;
  /** The balance sheets at the begin of the year and at the end of the period. */
  begin: Amounts;
  end: Amounts;
}

/** The cash flow statement of the year so far: it leads from the one sheet's cash to the other's, by borrowing. */
export function cashFlow(seed: number, company: Company, setting: CashSetting): Amounts {
  const { shape, security } = company;
  const { period, income, begin, end } = setting;
  // One stream for all quarters of a year: they have the same proportions.
  const rng = stream(seed, `cash ${security.symbol} ${period.year}`);
  const indirect = operatingIndirect(company, setting, rng);
  const operating = total(indirect, Object.keys(indirect));
  const revenue = income.revenue ?? 0;
  const received = revenue * (shape.compType === '1' ? 1.08 : 2);
  const stCashOutAct = Math.round(Math.max(received - operating, PAID_MIN * revenue));
  const cInfFrOperateA = stCashOutAct + operating;
  const investing = investingFlows(setting, indirect, rng);
  const cCashEquBegPeriod = total(begin, shape.cash);
  const cCashEquEndPeriod = total(end, shape.cash);
  const effFxFluCash = Math.round(0.0005 * cCashEquBegPeriod * normal(rng));
  const net = cCashEquEndPeriod - cCashEquBegPeriod;
  const financing = net - operating - (investing.nCashflowInvAct ?? 0) - effFxFluCash;
  return {
    ...indirect,
    imNetCashflowOperAct: operating,
    ...split(cInfFrOperateA, shape.cashIn, rng, 0.05),
    ...split(stCashOutAct, shape.cashOut, rng, 0.05),
    cInfFrOperateA,
    stCashOutAct,
    nCashflowAct: operating,
    ...investing,
    freeCashflow: operating - (investing.cPayAcqConstFiolta ?? 0),
    ...financingFlows(financing, setting, rng),
    effFxFluCash,
    nIncrCashCashEqu: net,
    imNIncrCashEqu: net,
    cCashEquBegPeriod,
    cCashEquEndPeriod,
    begBalCash: cCashEquBegPeriod,
    endBalCash: cCashEquEndPeriod,
  };
}

/** From profit to cash: the columns add up to the operating cash flow. */
function operatingIndirect({ shape, depreciation }: Company, setting: CashSetting, rng: RandomGenerator): Amounts {
  const { period, income, begin, end } = setting;
  const deprFaCogaDpba = Math.round(((begin.totalAssets ?? 0) * depreciation * period.quarter) / 4);
  const profit = {
    netProfit: income.nIncome ?? 0,
    deprFaCogaDpba,
    amortIntangAssets: Math.round(0.2 * deprFaCogaDpba),
    creditImpaLoss: income.creditImpaLoss ?? 0,
  };
  if (shape.compType !== '1') {
    return { ...profit, others: Math.round(profit.netProfit * (1.5 * uniform(rng) - 0.3)) };
  }
  return {
    ...profit,
    provDeprAssets: income.assetsImpairLoss ?? 0,
    finanExp: income.finExp ?? 0,
    investLoss: 0 - (income.investIncome ?? 0),
    decrInventories: (begin.inventories ?? 0) - (end.inventories ?? 0),
    decrOperPayable: total(begin, RECEIVABLES) - total(end, RECEIVABLES),
    incrOperPayable: total(end, PAYABLES) - total(begin, PAYABLES),
  };
}

function investingFlows({ period, income, begin }: CashSetting, indirect: Amounts, rng: RandomGenerator): Amounts {
  const worn = total(indirect, ['deprFaCogaDpba', 'amortIntangAssets']);
  const cPayAcqConstFiolta = Math.round(worn * 1.2 * Math.exp(0.15 * normal(rng)));
  const cPaidInvest = Math.round(((begin.totalAssets ?? 0) * 0.08 * period.quarter) / 4);
  const cDispWithdrwlInvest = Math.round(cPaidInvest * (0.9 + 0.1 * uniform(rng)));
  const cRecpReturnInvest = income.investIncome ?? 0;
  const nRecpDispFiolta = Math.round(0.03 * cPayAcqConstFiolta);
  const stotInflowsInvAct = cDispWithdrwlInvest + cRecpReturnInvest + nRecpDispFiolta;
  const stotOutInvAct = cPayAcqConstFiolta + cPaidInvest;
  return {
    cDispWithdrwlInvest,
    cRecpReturnInvest,
    nRecpDispFiolta,
    stotInflowsInvAct,
    cPayAcqConstFiolta,
    cPaidInvest,
    stotOutInvAct,
    nCashflowInvAct: stotInflowsInvAct - stotOutInvAct,
  };
}

function financingFlows(net: number, { period, begin }: CashSetting, rng: RandomGenerator): Amounts {
  const part = period.quarter / 4;
  const cPayDistDpcpIntExp = Math.round((begin.totalHldrEqyExcMinInt ?? 0) * part * (0.02 + 0.03 * uniform(rng)));
  const due = Math.round((begin.totalLiab ?? 0) * part * (0.05 + 0.05 * uniform(rng)));
  // What is not needed is paid back.
  const cPrepayAmtBorr = Math.max(due, -net - cPayDistDpcpIntExp);
  const stotCashoutFncAct = cPrepayAmtBorr + cPayDistDpcpIntExp;
  const cRecpBorrow = net + stotCashoutFncAct;
  return {
    cRecpBorrow,
    stotCashInFncAct: cRecpBorrow,
    cPrepayAmtBorr,
    cPayDistDpcpIntExp,
    stotCashoutFncAct,
    nCashFlowsFncAct: net,
  };
}

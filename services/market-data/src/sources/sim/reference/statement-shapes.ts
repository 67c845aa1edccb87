import type { Amounts, Parts } from './amounts.ts';

/** Which columns a kind of company fills, and in what proportions. */
export interface Shape {
  compType: '1' | '2' | '3' | '4';
  currentAssets: Parts;
  /** The assets that are not current, or all of them where none are called current; so for liabilities. */
  assets: Parts;
  currentLiabilities: Parts;
  liabilities: Parts;
  /** Columns that are cash. */
  cash: readonly string[];
  revenue: Parts;
  /** Costs but those of the goods sold. */
  costs: Parts;
  cashIn: Parts;
  cashOut: Parts;
  /** The columns behind a net column of revenue. */
  behind: (revenue: Amounts) => Amounts;
}

const industrial: Shape = {
  compType: '1',
  currentAssets: parts(
    'moneyCap 32 tradAsset 6 notesReceiv 3 accountsReceiv 22 prepayment 4 othReceiv 2 inventories 25 othCurAssets 6',
  ),
  assets: parts(
    'ltEqtInvest 10 fixAssets 50 cip 9 useRightAssets 3 intanAssets 12 goodwill 5 deferTaxAssets 4 othNca 7',
  ),
  currentLiabilities: parts(
    'stBorr 15 notesPayable 8 acctPayable 32 contractLiab 12 payrollPayable 5 taxesPayable 5 othPayable 9 nonCurLiabDue1y 8 othCurLiab 6',
  ),
  liabilities: parts('ltBorr 55 bondPayable 18 leaseLiab 6 deferTaxLiab 5 deferIncNonCurLiab 16'),
  cash: ['moneyCap'],
  revenue: parts('revenue 100'),
  costs: parts('bizTaxSurchg 8 sellExp 33 adminExp 25 rdExp 27 finExp 7'),
  cashIn: parts('cFrSaleSg 94 recpTaxRends 2 cFrOthOperateA 4'),
  cashOut: parts('cPaidGoodsS 68 cPaidToForEmpl 12 cPaidForTaxes 10 othCashPayOperAct 10'),
  behind: () => ({}),
};

const bank: Shape = {
  compType: '2',
  currentAssets: {},
  assets: parts(
    'cashReserCb 7 deposInOthBfi 4 loantoOthBankFi 3 purResaleFa 3 decrInDisbur 56 tradAsset 6 debtInvest 13 othDebtInvest 6 fixAssets 0.7 othAssets 1.3',
  ),
  currentLiabilities: {},
  liabilities: parts(
    'cbBorr 3 deposOthBfi 8 loanOthBank 3 soldForRepurFa 3 depos 73 payrollPayable 0.3 taxesPayable 0.3 bondPayable 8 othLiab 1.4',
  ),
  cash: ['cashReserCb', 'deposInOthBfi'],
  revenue: parts('intIncome 74 nCommisIncome 13 investIncome 10 othBIncome 3'),
  costs: parts('bizTaxSurchg 2 adminExp 53 creditImpaLoss 44 otherBusCost 1'),
  cashIn: parts('nDeposIncrFi 50 nIncBorrOthFi 10 ifcCashIncr 34 cFrOthOperateA 6'),
  cashOut: parts('nIncrCltLoanAdv 60 payHandlingChrg 18 cPaidToForEmpl 6 cPaidForTaxes 5 othCashPayOperAct 11'),
  behind: grossInterest,
};

const insurer: Shape = {
  compType: '3',
  currentAssets: {},
  assets: parts(
    'moneyCap 3 tradAsset 16 purResaleFa 1 premiumReceiv 1 timeDeposits 8 debtInvest 20 othDebtInvest 30 othEqInvest 6 ltEqtInvest 8 fixAssets 1 othAssets 6',
  ),
  currentLiabilities: {},
  liabilities: parts(
    'reserLthinsLiab 10 reserLinsLiab 66 reserOutstdClaims 3 reserUnePrem 3 soldForRepurFa 6 premReceivAdva 1 policyDivPayable 2 bondPayable 2 othLiab 7',
  ),
  cash: ['moneyCap'],
  revenue: parts('premEarned 80 investIncome 18 othBIncome 2'),
  costs: parts('compensPayout 26 reserInsurLiab 46 premRefund 5 commExp 10 adminExp 12 bizTaxSurchg 1'),
  cashIn: parts('premFrOrigContr 88 nIncrInsuredDep 6 cFrOthOperateA 6'),
  cashOut: parts('cPayClaimsOrigInco 40 payHandlingChrg 15 cPaidToForEmpl 10 cPaidForTaxes 5 othCashPayOperAct 30'),
  behind({ premEarned = 0 }) {
    const outPrem = Math.round(0.03 * premEarned);
    return { outPrem, premIncome: premEarned + outPrem };
  },
};

const broker: Shape = {
  compType: '4',
  currentAssets: {},
  assets: parts(
    'moneyCap 25 settRsrv 5 tradAsset 30 derivAssets 2 purResaleFa 6 refundDepos 5 othDebtInvest 15 ltEqtInvest 3 fixAssets 2 othAssets 7',
  ),
  currentLiabilities: {},
  liabilities: parts(
    'stBondsPayable 8 soldForRepurFa 25 actingTradingSec 30 tradingFl 5 payrollPayable 2 taxesPayable 1 bondPayable 22 othLiab 7',
  ),
  cash: ['moneyCap', 'settRsrv'],
  revenue: parts('intIncome 12 nCommisIncome 50 investIncome 35 othBIncome 3'),
  costs: parts('bizTaxSurchg 1 adminExp 85 creditImpaLoss 6 otherBusCost 8'),
  cashIn: parts('ifcCashIncr 50 nCapIncrRepur 30 cFrOthOperateA 20'),
  cashOut: parts('payHandlingChrg 20 cPaidToForEmpl 30 cPaidForTaxes 15 othCashPayOperAct 35'),
  behind: grossInterest,
};

export const SHAPES = { industrial, bank, insurer, broker };

function grossInterest({ intIncome = 0 }: Amounts): Amounts {
  const intExp = Math.round(1.1 * intIncome);
  return { intIncome: intIncome + intExp, intExp };
}

function parts(text: string): Parts {
  return Object.fromEntries([...text.matchAll(/(\w+) ([\d.]+)/g)].map(([, name, part]) => [name, Number(part)]));
}

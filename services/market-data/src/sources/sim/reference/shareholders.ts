import type { TradeDate } from '@quotefleet/domain';
import { normal, stream, uniform } from '../random.ts';
import type { Security } from '../universe.ts';
import { type ReferenceRow, rounded, SOURCE } from './reference-rows.ts';

const INSTITUTIONS = `
香港中央结算有限公司
中国证券金融股份有限公司
中央汇金资产管理有限责任公司
全国社保基金一一三组合
全国社保基金四零三组合
基本养老保险基金八零二组合
中国人寿保险股份有限公司-传统-普通保险产品
中国平安人寿保险股份有限公司-自有资金
新华人寿保险股份有限公司-分红
沪深300交易型开放式指数证券投资基金
中证500交易型开放式指数证券投资基金
上证50交易型开放式指数证券投资基金
阿布达比投资局
员工持股计划
`
  .trim()
  .split('\n');
const COUNT = 10;

/** The ten largest shareholders at the end of a year: one that rules, the others ever smaller. */
export function shareholderRows(
  seed: number,
  { symbol, name }: Security,
  { endDate, annDate, totalShares }: { endDate: TradeDate; annDate: TradeDate; totalShares: number },
): ReferenceRow[] {
  const lasting = stream(seed, `holders ${symbol}`);
  const yearly = stream(seed, `holders ${symbol} ${endDate}`);
  const order = INSTITUTIONS.map((holder) => ({ holder, at: uniform(lasting) }))
    .sort((a, b) => a.at - b.at)
    .map(({ holder }) => holder);
  const company = name.replace(/^\*?ST/, '');
  let part = 0.15 + 0.4 * uniform(lasting);
  return [`${company}集团有限公司`, ...order].slice(0, COUNT).map((holder, i) => {
    const shares = Math.round(totalShares * part * Math.exp(0.01 * Math.min(0, normal(yearly))));
    part *= i === 0 ? 0.08 + 0.1 * uniform(lasting) : 0.65 + 0.25 * uniform(lasting);
    const ratio = rounded((100 * shares) / totalShares, 4);
    return { symbol, endDate, rank: i + 1, annDate, holder, shares, ratio, source: SOURCE };
  });
}

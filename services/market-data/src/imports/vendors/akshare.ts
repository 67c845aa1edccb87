import { isMinutePeriod } from '@quotefleet/domain';
import { numberCell, scaledInteger, textCell } from './cells.ts';
import type { BarVendor } from './vendor-row.ts';

const LOT_SHARES = 100;

/**
 * AKShare's `stock_zh_a_hist` (日期) and `stock_zh_a_hist_min_em` (时间): 成交量 in lots of 100 shares on every board,
 * 成交额 in yuan (reference: Eastmoney kline fields f56, f57).
 */
export const akshare: BarVendor = {
  name: 'akshare',
  requiredColumns: (period) => [
    isMinutePeriod(period) ? '时间' : '日期',
    '开盘',
    '收盘',
    '最高',
    '最低',
    '成交量',
    '成交额',
  ],
  parse: (row, period) => ({
    symbol: row.cells.股票代码 === undefined ? undefined : textCell(row, '股票代码').padStart(6, '0'),
    time: textCell(row, isMinutePeriod(period) ? '时间' : '日期'),
    open: numberCell(row, '开盘'),
    high: numberCell(row, '最高'),
    low: numberCell(row, '最低'),
    close: numberCell(row, '收盘'),
    volume: scaledInteger(numberCell(row, '成交量'), LOT_SHARES),
    amount: numberCell(row, '成交额'),
  }),
};

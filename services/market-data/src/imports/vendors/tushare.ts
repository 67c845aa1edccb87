import { isMinutePeriod } from '@quotefleet/domain';
import { numberCell, scaledInteger, textCell } from './cells.ts';
import type { BarVendor } from './vendor-row.ts';

const LOT_SHARES = 100;
const THOUSAND_YUAN = 1000;

/** Tushare's `daily` (vol in lots, amount in thousands of yuan) and `stk_mins` (vol in shares, amount in yuan). */
export const tushare: BarVendor = {
  name: 'tushare',
  requiredColumns: (period) => [
    'ts_code',
    isMinutePeriod(period) ? 'trade_time' : 'trade_date',
    'open',
    'high',
    'low',
    'close',
    'vol',
    'amount',
  ],
  parse: (row, period) => {
    const isDaily = !isMinutePeriod(period);
    return {
      symbol: textCell(row, 'ts_code'),
      time: textCell(row, isDaily ? 'trade_date' : 'trade_time'),
      open: numberCell(row, 'open'),
      high: numberCell(row, 'high'),
      low: numberCell(row, 'low'),
      close: numberCell(row, 'close'),
      volume: scaledInteger(numberCell(row, 'vol'), isDaily ? LOT_SHARES : 1),
      // Three decimals of thousands are whole yuan; the product may miss that by a binary hair.
      amount: isDaily ? Number((numberCell(row, 'amount') * THOUSAND_YUAN).toFixed(3)) : numberCell(row, 'amount'),
    };
  },
};

import { numberCell, textCell } from './cells.ts';
import { type BarVendor, type FileRow, RowError } from './vendor-row.ts';

const TIME_COLUMNS = ['time', 'date', 'ts'] as const;

/** Our own form: `symbol` (or the file's name), `time`, `date` or `ts`, prices and amount in yuan, volume in shares. */
export const generic: BarVendor = {
  name: 'generic',
  requiredColumns: () => ['open', 'high', 'low', 'close', 'volume'],
  parse: (row) => ({
    symbol: row.cells.symbol === undefined ? undefined : textCell(row, 'symbol'),
    time: textCell(row, timeColumn(row)),
    open: numberCell(row, 'open'),
    high: numberCell(row, 'high'),
    low: numberCell(row, 'low'),
    close: numberCell(row, 'close'),
    volume: numberCell(row, 'volume'),
    amount: row.cells.amount === undefined ? 0 : numberCell(row, 'amount'),
  }),
};

function timeColumn({ cells }: FileRow): string {
  const column = TIME_COLUMNS.find((name) => cells[name] !== undefined);
  if (!column) throw new RowError(`expected a column ${TIME_COLUMNS.join(', ')}`);
  return column;
}

import { akshare } from './akshare.ts';
import { generic } from './generic.ts';
import { tushare } from './tushare.ts';
import type { BarVendor } from './vendor-row.ts';

export const VENDORS = { akshare, tushare, generic } as const satisfies Record<string, BarVendor>;
export {
  type BarPeriod,
  type BarVendor,
  type FileRow,
  RowError,
  type RowOrFault,
  type VendorBar,
} from './vendor-row.ts';

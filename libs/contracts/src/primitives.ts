import { PERIODS } from '@quotefleet/domain';
import { z } from 'zod';

/** Canonical symbol: six digits (five for HK, letters for US), a dot, the exchange. */
export const canonicalSymbol = z
  .string()
  .regex(/^[0-9A-Z]{1,8}\.(SH|SZ|BJ|HK|US)$/, 'expected a canonical symbol such as 600519.SH');

/** Milliseconds since the epoch, UTC. */
export const epochMs = z.int().min(0);

/** Yuan; three decimals at most for prices. */
export const price = z.number().min(0);

/** Shares, not lots. */
export const shares = z.int().min(0);

/** Yuan of turnover. */
export const yuan = z.number().min(0);

/** Bar periods: minutes `m`, day `d`, week `w`, month `M`. */
export const period = z.enum(PERIODS);

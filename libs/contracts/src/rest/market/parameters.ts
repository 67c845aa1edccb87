import { z } from 'zod';
import { tableQuery } from '../table-schema.ts';

export const symbolParam = z.object({
  symbol: z
    .string()
    .min(1)
    .max(32)
    .meta({ description: 'Any accepted form: 600519.SH, 600519, sh600519, 600519.XSHG', example: '600519.SH' }),
});

export const SYMBOLS_MAX = 1000;
const SYMBOL_CHARS_MAX = 32;
export const symbolList = z
  .string()
  .min(1)
  .max(SYMBOLS_MAX * (SYMBOL_CHARS_MAX + 1))
  // In one go rather than by a schema for each: a list of a market is read on every poll of a screen.
  .transform((text, context) => {
    const symbols = text.split(',').map((symbol) => symbol.trim());
    const fault = symbols.findIndex((symbol) => symbol === '' || symbol.length > SYMBOL_CHARS_MAX);
    if (symbols.length > SYMBOLS_MAX) {
      context.addIssue({ code: 'custom', message: `expected at most ${SYMBOLS_MAX} symbols, were ${symbols.length}` });
    } else if (fault !== -1) {
      const message = `expected a symbol of 1 to ${SYMBOL_CHARS_MAX} characters`;
      context.addIssue({ code: 'custom', path: [fault], message });
    }
    return symbols;
  })
  .meta({ description: `Symbols by commas, ${SYMBOLS_MAX} at most`, type: 'string', example: '600519.SH,000001.SZ' });

const time = (what: string) =>
  z
    .string()
    .min(1)
    .max(40)
    .optional()
    .meta({
      description: `${what}: YYYY-MM-DD, YYYYMMDD, ISO 8601 or epoch ms. A date as end includes that whole day.`,
    });

export const rangeQuery = tableQuery.extend({ start: time('Start of the range'), end: time('End of the range') });

/** A day; `YYYYMMDD` is taken too. */
export const day = (what: string) =>
  z
    .string()
    .regex(/^(\d{8}|\d{4}-\d{2}-\d{2})$/, 'expected YYYY-MM-DD or YYYYMMDD')
    .optional()
    .meta({ description: what, example: '2026-11-20' });

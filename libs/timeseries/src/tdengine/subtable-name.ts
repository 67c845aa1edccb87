import { createHash } from 'node:crypto';

const PLAIN = /^[A-Za-z0-9]{1,32}(\.[A-Za-z0-9]{1,16})?$/;

/**
 * The subtable of a symbol, unquoted: `ticks@600519_SH`. Always the same one, and another one for each symbol; symbols that
 * are not like ours get a hash behind what can be kept of them.
 */
export function subtableName(table: string, symbol: string): string {
  if (PLAIN.test(symbol)) return `${table}@${symbol.replace('.', '_')}`;
  const kept = symbol.replace(/[^A-Za-z0-9]/g, '').slice(0, 32);
  return `${table}@${kept}__${createHash('sha256').update(symbol).digest('hex').slice(0, 32)}`;
}

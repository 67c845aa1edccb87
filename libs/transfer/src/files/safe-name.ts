import { createHash } from 'node:crypto';

/** Upper case only, since some file systems take `a` and `A` for one name; no leading dot. */
const SAFE = /^[A-Z0-9][A-Z0-9._-]{0,63}$/;

/** A file name for a symbol: the symbol itself where that is harmless, else its digest. */
export function safeName(symbol: string): string {
  return SAFE.test(symbol) ? symbol : `sha256-${createHash('sha256').update(symbol).digest('hex')}`;
}

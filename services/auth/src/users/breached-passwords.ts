import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '@quotefleet/service-kit';

/** Some two million lines, which take up about 200 MB. */
const FILE_BYTES_MAX = 96 * 1024 * 1024;
/** Shorter beginnings of hashes would refuse good passwords. */
const LINE = /^([0-9A-Fa-f]{10,40})(?::\d+)?$/;

/** Whether a password is known to those who try them all. */
export type IsBreached = (password: string) => boolean;

/**
 * Reads SHA-1 hashes, or beginnings of at least ten digits of them, one a line, as haveibeenpwned.com lists them
 * (`HASH` or `HASH:COUNT`). @throws ConfigError naming the line at fault
 */
export function readBreachedPasswords(path: string): IsBreached {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new ConfigError(`QF_BREACHED_PASSWORDS: expected a file, ${path} is not there`);
  if (size > FILE_BYTES_MAX)
    throw new ConfigError(`QF_BREACHED_PASSWORDS: expected at most ${FILE_BYTES_MAX} bytes, ${path} has ${size}`);
  const byLength = new Map<number, Set<string>>();
  for (const [index, line] of readFileSync(path, 'latin1').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const hash = LINE.exec(line.trim())?.[1]?.toLowerCase();
    if (hash === undefined)
      throw new ConfigError(`QF_BREACHED_PASSWORDS: expected SHA-1 in hexadecimal digits in line ${index + 1}`);
    const known = byLength.get(hash.length);
    if (known) known.add(hash);
    else byLength.set(hash.length, new Set([hash]));
  }
  return (password) => {
    const hash = createHash('sha1').update(password).digest('hex');
    return [...byLength].some(([length, hashes]) => hashes.has(hash.slice(0, length)));
  };
}

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { SecretError } from '../secret-error.ts';

const OTHERS = 0o077;
const BYTES_MAX = 64 * 1024;

/**
 * Reads a file that only its owner may read (mode 0600 or 0400).
 * @throws SecretError naming `variable` and the path
 */
export function readSecretFile(variable: string, path: string): string {
  const file = open(variable, path);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new SecretError(`${variable}: expected ${path} to be a file`);
    if (stats.size > BYTES_MAX) throw new SecretError(`${variable}: expected ${path} to be at most ${BYTES_MAX} bytes`);
    // Windows has no such modes: Node makes them up there.
    if (process.platform !== 'win32' && (stats.mode & OTHERS) !== 0) {
      const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
      throw new SecretError(
        `${variable}: expected ${path} to be readable by its owner alone (0600 or 0400), was ${mode}`,
      );
    }
    return readFileSync(file, 'utf8').trim();
  } finally {
    closeSync(file);
  }
}

function open(variable: string, path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new SecretError(`${variable}: cannot read ${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

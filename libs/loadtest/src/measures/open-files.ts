import { readFileSync } from 'node:fs';

/** Files and sockets that a process like this one may have open; undefined where the system does not tell. */
export function openFilesMax(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    // Not Linux.
    return undefined;
  }
}

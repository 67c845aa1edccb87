import { readFileSync } from 'node:fs';

/** Resident memory of a process, KB. */
export function residentKb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kb === undefined) throw new Error(`expected VmRSS of process ${pid}`);
  return Number(kb);
}

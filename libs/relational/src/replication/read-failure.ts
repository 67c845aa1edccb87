import { isUnavailable, sqlState } from '../pg/unavailable.ts';

/** A write that was sent as a read, and a query that would take as long elsewhere. */
const OF_THE_CALLER = new Set(['25006', '57014']);
/** Tables, columns and schemas that the primary may have had for a moment only. */
const NOT_THERE_YET = new Set(['42P01', '42703', '3F000']);
/** Replay of WAL had to go first, or another transaction had. */
const CONFLICTS = new Set(['40001', '40P01', '55P03']);

/** True when a read that failed on a replica may succeed on the primary. */
export function mayDoBetterOnPrimary(error: unknown): boolean {
  const state = sqlState(error) ?? '';
  if (OF_THE_CALLER.has(state)) return false;
  return NOT_THERE_YET.has(state) || isUnavailable(error);
}

/** True when the replica itself cannot be read, not only this query. */
export function isReplicaLost(error: unknown): boolean {
  return mayDoBetterOnPrimary(error) && !new Set([...NOT_THERE_YET, ...CONFLICTS]).has(sqlState(error) ?? '');
}

import type { RowRights } from '@quotefleet/access';
import type { RowRule } from '@quotefleet/contracts';

interface RowRightsView {
  historyDays: number | 'unlimited';
  delaySeconds: number | 'none';
  maxRooms: number;
  maxHz: number | 'unlimited';
  rules: RowRule[];
}

/** Rights of rows as admins see them. */
export function rowRightsView({ historyDays, delaySeconds, maxRooms, maxHz, rules }: RowRights): RowRightsView {
  return {
    historyDays: Number.isFinite(historyDays) ? historyDays : 'unlimited',
    delaySeconds: Number.isFinite(delaySeconds) ? delaySeconds : 'none',
    maxRooms,
    maxHz: Number.isFinite(maxHz) ? maxHz : 'unlimited',
    rules: [...rules],
  };
}

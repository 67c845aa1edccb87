import type { RowRights } from '@quotefleet/access';
import type { RowPlan } from './row-plans.ts';
import type { TimeRights } from './time-rights.ts';

export type Row = Readonly<Record<string, unknown>>;

interface PermitOptions {
  plan: RowPlan;
  /** What the rows are about that name no symbol of their own. */
  symbol: string | undefined;
  /** Absent where history and delay do not count. */
  times: TimeRights | undefined;
  isDaily: boolean;
}

/** Which rows of an answer a role may see; quotes that are too young are not its concern. */
export function permitRows(rights: RowRights, { plan, symbol, times, isDaily }: PermitOptions): (row: Row) => boolean {
  const seesSymbol = (row: Row) =>
    !plan.hasSymbols || rights.seesAllSymbols || rights.refusalOf(String(row.symbol)) === undefined;
  if (!times || plan.timed === 'quotes') return seesSymbol;
  const { fromMs, untilMs, seesDay } = times;
  return (row) => {
    const time = Number(row.time);
    if (time < fromMs || !seesSymbol(row)) return false;
    return isDaily ? seesDay(String(row.symbol ?? symbol), { time, final: row.final }) : time <= untilMs;
  };
}

import { marketApi } from '@quotefleet/contracts';
import type { DataManager, DataRow } from '@quotefleet/data';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { dayRange, parseOptionalDay, today } from '../reading/dates.ts';
import { tableAnswer } from '../reading/table-answer.ts';

/** All announcements of a company's statements of one kind: fewer than this in a century of quarters. */
const REVISIONS_MAX = 5000;
/** 1 is the consolidated statement (the vendors' report types). */
const CONSOLIDATED = '1';

/** Financial statements, point in time: nothing that was announced after `asOf` is used. */
export function mountReports(
  router: Router,
  { data, directory }: { data: DataManager; directory: InstrumentDirectory },
): void {
  mountTable(router, marketApi.listReports, async ({ params, query }) => {
    const { report, revisions } = query;
    const asOf = parseOptionalDay('asOf', query.asOf) ?? today();
    const range = dayRange(query);
    const symbol = await directory.symbolOf(params.symbol, 'stock');
    const table = marketApi.REPORT_TABLES[report];
    const where = {
      symbol,
      endDate: range,
      annDate: { through: asOf },
      ...(report === 'summary' ? {} : { reportType: CONSOLIDATED }),
    };
    const beside = { symbol, report };
    if (revisions === 'all') return tableAnswer(data, table, { beside, where });
    return {
      beside,
      async load(cursor, limit) {
        const after = decodeCursor(cursor, ['date'])?.[0] as string | undefined;
        const known = await data.load(table, { where, limit: REVISIONS_MAX });
        const last = lastAnnounced(known).filter(({ endDate }) => after === undefined || String(endDate) > after);
        const rows = last.slice(0, limit);
        const end = last.length > limit ? rows.at(-1)?.endDate : undefined;
        return { rows, nextCursor: end === undefined ? undefined : encodeCursor([String(end)]) };
      },
    };
  });
}

/** Of rows by period and then day of announcement: the last one of each period. */
function lastAnnounced(rows: readonly DataRow[]): DataRow[] {
  return [...new Map(rows.map((row) => [row.endDate, row])).values()];
}

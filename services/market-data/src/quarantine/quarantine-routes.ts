import { marketApi } from '@quotefleet/contracts';
import { currentTraceId, mount, notFound } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import { json, type Router } from 'express';
import { decodeCursor, encodeCursor } from '../paging.ts';
import type { QuarantineStore, StoredRow } from './quarantine-store.ts';
import type { Resubmit } from './resubmit.ts';

export function mountQuarantineRoutes(
  router: Router,
  { quarantine, resubmit }: { quarantine: QuarantineStore; resubmit: Resubmit },
): void {
  mountTable(router, marketApi.listQuarantine, ({ query: { table, source, file } }) => ({
    async load(cursor, limit) {
      const after = decodeCursor(cursor, ['integer'])?.[0] as number | undefined;
      const filter = { ...(table && { table }), ...(source && { source }), ...(file && { file }) };
      const found = await quarantine.list({ ...filter, after, limit: limit + 1 });
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1) : undefined;
      return { rows: rows.map(toView), nextCursor: last && encodeCursor([last.id]) };
    },
  }));

  mount(
    router,
    marketApi.resubmitQuarantined,
    ({ params, body }) => resubmit(params.id, body.record, currentTraceId()),
    json({ limit: '1mb' }),
  );

  mount(router, marketApi.dropQuarantined, async ({ params }) => {
    if (await quarantine.remove(params.id)) return { dropped: true };
    throw notFound(`there is no quarantined row ${params.id}`);
  });
}

function toView({ row, quarantinedAt, file, ...rest }: StoredRow): object {
  return {
    ...rest,
    ...(file === '' ? {} : { file }),
    quarantinedAt: quarantinedAt.getTime(),
    row: parseRow(row) ?? undefined,
  };
}

/** As it came; a line that is no JSON as text. */
function parseRow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? undefined : text;
  }
}

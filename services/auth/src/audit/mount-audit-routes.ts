import { auditApi, type TableQuery } from '@quotefleet/contracts';
import { identityOf, invalidArgument, mount } from '@quotefleet/service-kit';
import { mountTable, type TableAnswer } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import type { AuditTrail } from './audit-trail.ts';
import type { AuditFilter } from './list-audit.ts';

/** Who may call these is for the gateway to check, by the scopes of the endpoints. */
export function mountAuditRoutes(router: Router, trail: AuditTrail): void {
  mountTable(router, auditApi.listAudit, ({ query }) => {
    const { from, to, ...rest } = withoutTable(query);
    return answer(trail, { ...rest, from: from ? new Date(from) : undefined, to: to ? new Date(to) : undefined });
  });

  mountTable(router, auditApi.listOwnAudit, ({ query, request }) =>
    answer(trail, { action: query.action, concerning: identityOf(request).subject }),
  );

  mount(router, auditApi.verifyAudit, ({ query }) => trail.verify(query.anchor));
}

function withoutTable<Q extends TableQuery>({
  limit: _limit,
  cursor: _cursor,
  fields: _fields,
  format: _format,
  ...rest
}: Q) {
  return rest;
}

function answer(trail: AuditTrail, filter: Omit<AuditFilter, 'limit' | 'before'>): TableAnswer {
  return {
    async load(cursor, limit) {
      const before = parseCursor(cursor);
      const found = await trail.list({ ...filter, before, limit: limit + 1 });
      const rows = found.slice(0, limit).map(({ count = 1, ...entry }) => ({ ...entry, count }));
      return { rows, nextCursor: found.length > limit ? String(rows.at(-1)?.seq) : undefined };
    },
  };
}

/** The place of the last entry of the page before. */
function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^[1-9]\d{0,15}$/.test(cursor)) return Number(cursor);
  throw invalidArgument('cursor', 'expected the nextCursor of a page before');
}

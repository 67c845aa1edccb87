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

  mountTable(router, auditApi.listOwnAudit, ({ query, request }) => {
    const { subject } = identityOf(request);
    return answer(trail, { action: query.action, concerning: subject }, (entry) => asShownTo(subject, entry));
  });

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

type Listed = Awaited<ReturnType<AuditTrail['list']>>[number];

/** Where an admin works from is no business of those whose accounts they change; where somebody guessed from is. */
function asShownTo(subject: string, entry: Listed): Listed {
  if (entry.actor === subject || entry.actor === 'anonymous') return entry;
  const { client: _client, ip: _ip, ips: _ips, userAgent: _userAgent, ...rest } = entry;
  return rest;
}

function answer(
  trail: AuditTrail,
  filter: Omit<AuditFilter, 'limit' | 'before'>,
  show: (entry: Listed) => Listed = (entry) => entry,
): TableAnswer {
  return {
    async load(cursor, limit) {
      const before = parseCursor(cursor);
      const found = await trail.list({ ...filter, before, limit: limit + 1 });
      const shown = found.slice(0, limit).map(show);
      const rows = shown.map(({ count = 1, ...entry }) => ({ ...entry, count }));
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

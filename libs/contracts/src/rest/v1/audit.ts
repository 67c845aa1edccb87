import type { TableColumn } from '@quotefleet/tables/definition';
import { z } from 'zod';
import { auditSchema } from '../../events/control.ts';
import type { Endpoint, TableShape } from '../endpoint.ts';
import { pageSchema, tableQuery } from '../table-schema.ts';

const text = (name: string, description: string): TableColumn => ({ name, type: 'text', description });
const optional = (column: TableColumn): TableColumn => ({ ...column, optional: true });

const seq: TableColumn = { name: 'seq', type: 'bigint', description: 'Place in the chain, without gaps' };
const at: TableColumn = { name: 'at', type: 'timestamp', description: 'When it was done' };
const what: readonly TableColumn[] = [
  text('action', '`auth.login`, `policy.change`, `key.use`, `call.refused` ...'),
  text('target', 'What it was done to; of a call its route'),
  text('outcome', '`allowed`, `refused` or `failed`'),
  optional(text('reason', 'Why, in one sentence')),
];
const client = optional(text('client', 'The API key or OAuth client that was used'));
const from: readonly TableColumn[] = [
  optional(text('ip', 'Address of the client')),
  optional(text('userAgent', 'What the client called itself')),
  { name: 'count', type: 'bigint', description: 'How many such actions the entry stands for' },
  optional({ name: 'ips', type: 'json', description: 'Addresses of the actions, where they are told together' }),
];

const entries: TableShape = {
  fields: [
    seq,
    text('id', 'Of the event'),
    at,
    { name: 'recordedAt', type: 'timestamp', description: 'When it was stored; never falls along the chain' },
    text('actor', 'User id, `anonymous` or `system`'),
    client,
    ...what,
    ...from,
    text('traceId', 'Of the call'),
    text('hash', 'SHA-256 over the hash before and this entry, in hexadecimal digits'),
  ],
  itemsKey: 'entries',
};
const ownEntries: TableShape = { fields: [seq, at, client, ...what, ...from], itemsKey: 'entries' };

const time = (description: string) =>
  z.iso
    .datetime({ offset: true, error: 'expected ISO 8601 with an offset, such as 2026-01-31T09:30:00+08:00' })
    .optional()
    .meta({ description });

export const listAudit = {
  id: 'listAudit',
  method: 'get',
  path: '/api/v1/audit',
  tag: 'audit',
  summary: 'Who did what to what, newest first',
  description: 'Filters hold together. Other formats than JSON are streams of all that is found, for an export.',
  access: 'admin',
  query: tableQuery.extend({
    actor: z.string().min(1).max(128).optional(),
    client: z.string().min(1).max(128).optional(),
    action: z.string().min(1).max(64).optional().meta({ description: 'How the action begins, such as `auth.`' }),
    outcome: auditSchema.shape.outcome.optional(),
    ip: z.string().min(1).max(64).optional(),
    from: time('The first moment'),
    to: time('The moment after the last'),
  }),
  data: pageSchema(entries),
  table: entries,
} as const satisfies Endpoint;

export const listOwnAudit = {
  id: 'listOwnAudit',
  method: 'get',
  path: '/api/v1/audit/me',
  tag: 'audit',
  summary: "The caller's own sign-ins, changes and use of keys, newest first",
  access: 'read',
  query: tableQuery.extend({
    action: z.string().min(1).max(64).optional().meta({ description: 'How the action begins, such as `auth.login`' }),
  }),
  data: pageSchema(ownEntries),
  table: ownEntries,
} as const satisfies Endpoint;

export const auditVerdictSchema = z.object({
  intact: z.boolean(),
  entries: z.int().meta({ description: 'Entries that were read' }),
  firstSeq: z.int().optional().meta({ description: 'Of the first entry; those before it were removed by retention' }),
  lastSeq: z.int().optional(),
  headHash: z.string().meta({ description: 'Hash of the last entry' }),
  anchors: z.int().meta({ description: 'Signed heads that the chain was held against' }),
  fault: z
    .object({
      kind: z.enum(['altered', 'missing', 'cut', 'anchor', 'checkpoint']),
      seq: z.int().meta({ description: 'The first place where the chain is not as it was written' }),
      message: z.string(),
    })
    .optional(),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

export const verifyAudit = {
  id: 'verifyAudit',
  method: 'get',
  path: '/api/v1/audit/verify',
  tag: 'audit',
  summary: 'Whether the audit trail is as it was written: the first entry altered, removed, inserted or moved',
  description: 'Reads the whole chain, recomputes every hash and holds it against every signed head.',
  access: 'admin',
  query: z.object({
    anchor: z
      .string()
      .regex(/^audit_[\w-]+\.[\w-]+\.[\w-]+$/, 'expected the anchor of a log line')
      .max(1000)
      .optional()
      .meta({ description: 'A signed head from the log, kept outside of the database' }),
  }),
  data: auditVerdictSchema,
} as const satisfies Endpoint;

/** Every endpoint of the audit trail. */
export const AUDIT_ENDPOINTS: readonly Endpoint[] = [listAudit, listOwnAudit, verifyAudit];

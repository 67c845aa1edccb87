import type { auditApi } from '@quotefleet/contracts';
import { invalidArgument } from '@quotefleet/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { type AuditRow, COLUMNS, rowToEntry } from './audit-row.ts';
import { FIRST_HASH, hashEntry } from './chain.ts';
import { readSignedHead } from './signed-heads.ts';

type Fault = NonNullable<auditApi.AuditVerdict['fault']>;

/** Few enough that other requests are not held up while a batch is hashed. */
const BATCH_ENTRIES = 1000;

/** A place of the chain and the hash that it has there. */
interface Place {
  seq: number;
  hash: string;
}

/**
 * Reads the whole chain as it is at one moment, recomputes every hash and holds it against the signed heads: those of
 * the database, and `anchor`, one that was kept elsewhere.
 */
export function verifyAudit(dataSource: DataSource, anchor?: string): Promise<auditApi.AuditVerdict> {
  return dataSource.transaction('REPEATABLE READ', async (manager) => {
    const start = await readStart(manager);
    const walk = await walkChain(manager, start, await readOutsideAnchor(manager, anchor, start));
    const fault = start.fault ?? walk.fault ?? (await findFaultOfEnd(manager, walk.end));
    return {
      intact: fault === undefined,
      entries: walk.entries,
      ...(walk.entries > 0 ? { firstSeq: start.seq + 1, lastSeq: walk.end.seq } : {}),
      headHash: walk.end.hash,
      anchors: walk.anchors,
      ...(fault ? { fault } : {}),
    };
  });
}

/** Where the chain begins: at the checkpoint of the last retention, if any. */
async function readStart(manager: EntityManager): Promise<Place & { fault?: Fault }> {
  const row = await placeOf(manager, 'SELECT seq, hash, signed FROM auth.audit_checkpoints ORDER BY seq DESC LIMIT 1');
  if (!row) return { seq: 0, hash: FIRST_HASH };
  const signed = await readSignedHead(manager, row.signed);
  if (signed?.kind === 'checkpoint' && signed.seq === row.seq && signed.hash === row.hash) return row;
  const message = `the checkpoint at ${row.seq} was not signed by auth: entries before it were removed by somebody else`;
  return { ...row, fault: { kind: 'checkpoint', seq: row.seq, message } };
}

interface Walk {
  end: Place;
  entries: number;
  anchors: number;
  fault?: Fault;
}

type AnchoredRow = AuditRow & { anchor_hash: string | null };

async function walkChain(manager: EntityManager, start: Place, outside: Place | undefined): Promise<Walk> {
  const walk: Walk = { end: { seq: start.seq, hash: start.hash }, entries: 0, anchors: 0 };
  for (;;) {
    const rows: AnchoredRow[] = await manager.query(
      `SELECT ${COLUMNS}, (SELECT a.hash FROM auth.audit_anchors a WHERE a.seq = e.seq) AS anchor_hash
       FROM auth.audit_entries e WHERE seq > $1 ORDER BY seq LIMIT ${BATCH_ENTRIES}`,
      [walk.end.seq],
    );
    for (const row of rows) {
      const fault = findFault(row, walk.end, outside);
      if (fault) return { ...walk, fault };
      walk.end = { seq: Number(row.seq), hash: row.hash };
      walk.entries += 1;
      if (row.anchor_hash !== null) walk.anchors += 1;
    }
    if (rows.length === BATCH_ENTRIES) continue;
    if (outside && outside.seq > walk.end.seq)
      return { ...walk, fault: cutFault(walk.end, `a head at ${outside.seq}`) };
    return walk;
  }
}

function findFault(row: AnchoredRow, before: Place, outside: Place | undefined): Fault | undefined {
  const seq = before.seq + 1;
  if (Number(row.seq) !== seq)
    return { kind: 'missing', seq, message: `entry ${seq} is not there, the next one is ${row.seq}` };
  if (hashEntry(before.hash, rowToEntry(row)) !== row.hash)
    return { kind: 'altered', seq, message: `entry ${seq} is not what was written at this place` };
  const signed = outside?.seq === seq ? outside.hash : (row.anchor_hash ?? row.hash);
  if (signed === row.hash && (row.anchor_hash ?? row.hash) === row.hash) return undefined;
  return { kind: 'anchor', seq, message: `entry ${seq} or one before it is not what it was when its hash was signed` };
}

/** The last signed head speaks for all before it, since its hash covers them. */
async function findFaultOfEnd(manager: EntityManager, end: Place): Promise<Fault | undefined> {
  const head = await placeOf(manager, `SELECT seq, hash, '' AS signed FROM auth.audit_head WHERE one`);
  if (!head) return cutFault(end, 'a head that is not there any more');
  if (head.seq !== end.seq || head.hash !== end.hash) return cutFault(end, `a head at ${head.seq}`);
  const anchor = await placeOf(manager, 'SELECT seq, hash, signed FROM auth.audit_anchors ORDER BY seq DESC LIMIT 1');
  if (!anchor) return undefined;
  if (anchor.seq > end.seq) return cutFault(end, `a signed head at ${anchor.seq}`);
  const signed = await readSignedHead(manager, anchor.signed);
  if (signed?.kind === 'head' && signed.seq === anchor.seq && signed.hash === anchor.hash) return undefined;
  return { kind: 'anchor', seq: anchor.seq, message: `the head at ${anchor.seq} was not signed by auth` };
}

function cutFault({ seq }: Place, expected: string): Fault {
  return { kind: 'cut', seq: seq + 1, message: `the trail ends at ${seq}, but there was ${expected}` };
}

/** @throws AppError INVALID_ARGUMENT for a head of entries that retention has removed */
async function readOutsideAnchor(
  manager: EntityManager,
  anchor: string | undefined,
  start: Place,
): Promise<Place | undefined> {
  if (anchor === undefined) return undefined;
  const signed = await readSignedHead(manager, anchor);
  // Of another trail, or this one was made anew: nothing in it can have this hash.
  if (signed?.kind !== 'head') return { seq: start.seq + 1, hash: '' };
  if (signed.seq > start.seq) return signed;
  throw invalidArgument('anchor', `expected a head behind ${start.seq}: entries up to there were removed by retention`);
}

async function placeOf(manager: EntityManager, sql: string): Promise<(Place & { signed: string }) | undefined> {
  const rows: (Place & { signed: string })[] = await manager.query(sql);
  const [row] = rows;
  return row && { ...row, seq: Number(row.seq) };
}

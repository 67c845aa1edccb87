import { expect, it } from '@jest/globals';
import type { AuditPayload } from '@quotefleet/contracts';
import { describeWith, type TestServers } from '@quotefleet/testing';
import { exportJWK, generateKeyPair } from 'jose';
import { anchorAudit } from '../src/audit/anchor-audit.ts';
import { appendAudit } from '../src/audit/append-audit.ts';
import { createAudit } from '../src/audit/create-audit.ts';
import { retireAudit } from '../src/audit/retire-audit.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { openDatabase } from '../src/database/open-database.ts';

const ENTRIES = 20;
const DAY_MS = 24 * 3600 * 1000;

const FORGED_CHECKPOINT = `
  INSERT INTO auth.audit_checkpoints SELECT seq, hash, 'audit_x.y.z' FROM auth.audit_entries WHERE seq = 3;
  DELETE FROM auth.audit_entries WHERE seq <= 3`;

const entry = (number: number, more: Partial<AuditPayload> = {}): AuditPayload => ({
  actor: `user ${number}`,
  action: 'auth.login',
  target: `user:${number}`,
  outcome: 'allowed',
  ...more,
});

async function generateKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { kid, publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) };
}

/** A trail of twenty entries in a database of its own, with a signed head at the tenth. */
async function openTrail(servers: Pick<TestServers, 'postgres'>) {
  const database = await servers.postgres.createDatabase();
  const dataSource = await openDatabase(database.url);
  let key = await generateKey('first');
  const keys = { findActive: async () => key };
  const rotate = async () => {
    key = await generateKey('second');
  };
  const audit = createAudit(dataSource);
  const record = async (from: number, to: number) => {
    for (let number = from; number <= to; number++) await audit.record(entry(number));
  };
  await record(1, ENTRIES / 2);
  const anchor = await anchorAudit(dataSource, keys);
  await record(ENTRIES / 2 + 1, ENTRIES);
  /** What somebody with all rights to the database may do. */
  const tamper = (sql: string) =>
    dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL session_replication_role = replica`);
      await manager.query(sql);
    });
  const close = async () => {
    await dataSource.destroy();
    await database.drop();
  };
  return { dataSource, keys, audit, anchor, record, tamper, rotate, close };
}

type Trail = Awaited<ReturnType<typeof openTrail>>;

describeWith('postgres', 'an audit trail', (servers) => {
  async function withTrail(test: (trail: Trail) => Promise<void>): Promise<void> {
    const trail = await openTrail(servers);
    try {
      await test(trail);
    } finally {
      await trail.close();
    }
  }

  it('is intact as it was written, however odd the texts', () =>
    withTrail(async ({ dataSource, audit }) => {
      await audit.record(
        entry(21, { reason: 'zero \0, half a pair \ud800, 中文, "quotes" \\', ips: ['::1', '10.0.0.1'] }),
      );
      await audit.record(entry(22, { client: 'key', ip: '10.0.0.1', userAgent: 'curl/8', count: 1_000_000_000 }));
      expect(await verifyAudit(dataSource)).toEqual({
        ...{ intact: true, entries: 22, firstSeq: 1, lastSeq: 22, anchors: 1 },
        headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }));

  it.each([
    ["UPDATE auth.audit_entries SET actor = 'x' WHERE seq = 7", 'audit_entries'],
    ['DELETE FROM auth.audit_entries', 'audit_entries'],
    ['TRUNCATE auth.audit_entries', 'audit_entries'],
    ['DELETE FROM auth.audit_anchors', 'audit_anchors'],
    ['UPDATE auth.audit_head SET seq = 5', 'audit_head'],
    ['DELETE FROM auth.audit_head', 'audit_head'],
    ["SET quotefleet.audit_forget = 'on'; DELETE FROM auth.audit_entries WHERE seq = 7", 'audit_entries'],
  ])('refuses %s', (sql, table) =>
    withTrail(async ({ dataSource }) => {
      await expect(dataSource.query(sql)).rejects.toThrow(`auth.${table} is append-only`);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, entries: ENTRIES });
    }),
  );

  it.each([
    ['an altered entry', "UPDATE auth.audit_entries SET actor = 'mallory' WHERE seq = 7", 'altered', 7],
    ['an altered time', "UPDATE auth.audit_entries SET at = at + interval '1 ms' WHERE seq = 1", 'altered', 1],
    ['a hash put in', "UPDATE auth.audit_entries SET hash = md5('x') || md5('y') WHERE seq = 20", 'altered', 20],
    ['a removed entry', 'DELETE FROM auth.audit_entries WHERE seq = 7', 'missing', 7],
    ['a removed beginning', 'DELETE FROM auth.audit_entries WHERE seq <= 3', 'missing', 1],
    [
      'a removed entry with the rest moved up',
      'DELETE FROM auth.audit_entries WHERE seq = 7; UPDATE auth.audit_entries SET seq = -seq WHERE seq > 7; UPDATE auth.audit_entries SET seq = -seq - 1 WHERE seq < 0',
      ...(['altered', 7] as const),
    ],
    [
      'an inserted entry',
      `UPDATE auth.audit_entries SET seq = -seq WHERE seq > 7;
       UPDATE auth.audit_entries SET seq = -seq + 1 WHERE seq < 0;
       INSERT INTO auth.audit_entries (seq, id, at, recorded_at, actor, action, target, outcome, trace_id, hash)
       SELECT 8, 'new', at, recorded_at, actor, action, target, outcome, trace_id, hash FROM auth.audit_entries WHERE seq = 7`,
      ...(['altered', 8] as const),
    ],
    [
      'two entries that changed places',
      `UPDATE auth.audit_entries SET seq = -1 WHERE seq = 7; UPDATE auth.audit_entries SET seq = 7 WHERE seq = 8;
       UPDATE auth.audit_entries SET seq = 8 WHERE seq = -1`,
      ...(['altered', 7] as const),
    ],
    ['a cut tail', 'DELETE FROM auth.audit_entries WHERE seq > 15', 'cut', 16],
    [
      'a tail cut before a signed head, the head moved too',
      `DELETE FROM auth.audit_entries WHERE seq > 8;
       UPDATE auth.audit_head SET (seq, hash) = (SELECT seq, hash FROM auth.audit_entries WHERE seq = 8)`,
      ...(['cut', 9] as const),
    ],
    ['a head that is gone', 'DELETE FROM auth.audit_head', 'cut', 21],
    ['a beginning removed behind a checkpoint of no key', FORGED_CHECKPOINT, 'checkpoint', 3],
    ['a signed head that was put in', "UPDATE auth.audit_anchors SET signed = 'audit_a.b.c'", 'anchor', 10],
  ] as const)('shows %s', (_what, sql, kind, seq) =>
    withTrail(async ({ dataSource, tamper }) => {
      await tamper(sql);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: false, fault: { kind, seq } });
    }),
  );

  it('shows that it was written anew, hashes and all, before a signed head', () =>
    withTrail(async ({ dataSource, tamper, record }) => {
      await tamper(`DELETE FROM auth.audit_entries;
        UPDATE auth.audit_head SET seq = 0, hash = '${'0'.repeat(64)}'`);
      await record(101, 130);
      expect(await verifyAudit(dataSource)).toMatchObject({ fault: { kind: 'anchor', seq: 10 } });
    }));

  it('shows that it was made anew with all that is in the database, to whoever kept a signed head from the log', () =>
    withTrail(async ({ dataSource, tamper, record, anchor }) => {
      const kept = anchor?.signed ?? '';
      expect(await verifyAudit(dataSource, kept)).toMatchObject({ intact: true });
      await tamper(`DELETE FROM auth.audit_entries; DELETE FROM auth.audit_anchors;
        UPDATE auth.audit_head SET seq = 0, hash = '${'0'.repeat(64)}'`);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, entries: 0 });
      expect(await verifyAudit(dataSource, kept)).toMatchObject({ fault: { kind: 'cut', seq: 1 } });
      await record(101, 130);
      expect(await verifyAudit(dataSource, kept)).toMatchObject({ fault: { kind: 'anchor', seq: 10 } });
      await tamper('DELETE FROM auth.audit_keys');
      expect(await verifyAudit(dataSource, kept)).toMatchObject({ intact: false });
    }));

  it('is told of by the next signature when its tail was cut', () =>
    withTrail(async ({ dataSource, keys, tamper }) => {
      await anchorAudit(dataSource, keys);
      await tamper(`DELETE FROM auth.audit_entries WHERE seq > 12;
        UPDATE auth.audit_head SET (seq, hash) = (SELECT seq, hash FROM auth.audit_entries WHERE seq = 12)`);
      await expect(anchorAudit(dataSource, keys)).rejects.toThrow(
        'expected the audit trail to reach its signed head at 20',
      );
    }));

  it('signs its head once it has moved, and stays verifiable when auth has another signing key', () =>
    withTrail(async ({ dataSource, keys, rotate, record }) => {
      expect(await anchorAudit(dataSource, keys)).toMatchObject({ seq: ENTRIES });
      expect(await anchorAudit(dataSource, keys)).toBeUndefined();
      await rotate();
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, anchors: 2 });
      await record(21, 21);
      await anchorAudit(dataSource, keys);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, anchors: 3 });
    }));

  it('loses its beginning to retention alone, and can be checked from there on', () =>
    withTrail(async ({ dataSource, keys, record, anchor }) => {
      const retire = (days: number) =>
        retireAudit(dataSource, { keys, retentionDays: 400, now: Date.now() + days * DAY_MS });
      expect(await retire(399)).toBe(0);
      expect(await retire(401)).toBe(ENTRIES);
      await record(21, 25);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, firstSeq: 21, lastSeq: 26, anchors: 0 });
      expect(await dataSource.query('SELECT action, target FROM auth.audit_entries WHERE seq = 21')).toEqual([
        { action: 'audit.retention', target: 'audit:1-20' },
      ]);
      await expect(verifyAudit(dataSource, anchor?.signed)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(await retire(402)).toBe(6);
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, firstSeq: 27, entries: 1 });
    }));

  it('has no entry of a transaction that was rolled back', () =>
    withTrail(async ({ dataSource, audit }) => {
      const rolledBack = dataSource.transaction(async (manager) => {
        await appendAudit(manager, entry(21));
        throw new Error('no');
      });
      await expect(rolledBack).rejects.toThrow('no');
      await expect(appendAudit(dataSource.manager, entry(21))).rejects.toThrow('expected the manager of a transaction');
      await audit.record(entry(22));
      expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, entries: ENTRIES + 1 });
    }));
});

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FIRST_HASH } from './chain.ts';

/** The tables of the audit trail. Their triggers bind the owner too: only `audit_forget` may remove anything. */
export class CreateAuditTables1764100000000 implements MigrationInterface {
  readonly name = 'CreateAuditTables1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION auth.audit_forget(bigint, text, text)');
    for (const table of TABLES) await runner.query(`DROP TABLE auth.${table}`);
    await runner.query('DROP FUNCTION auth.audit_guard()');
  }
}

const TABLES = ['audit_entries', 'audit_anchors', 'audit_checkpoints', 'audit_keys', 'audit_head'];

const CREATE_TABLES = [
  `CREATE TABLE auth.audit_entries (
    seq bigint PRIMARY KEY,
    id text NOT NULL,
    at timestamptz(3) NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    actor text NOT NULL,
    client text,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('allowed', 'refused', 'failed')),
    reason text,
    ip text,
    ips text[],
    user_agent text,
    count integer,
    trace_id text NOT NULL,
    hash text NOT NULL
  )`,
  // One row: whoever appends holds its lock until the transaction ends, so that there is one writer at a time.
  `CREATE TABLE auth.audit_head (
    one boolean PRIMARY KEY CHECK (one),
    seq bigint NOT NULL,
    hash text NOT NULL,
    recorded_at timestamptz(3) NOT NULL
  )`,
  `INSERT INTO auth.audit_head VALUES (true, 0, '${FIRST_HASH}', to_timestamp(0))`,
  `CREATE TABLE auth.audit_anchors (
    seq bigint PRIMARY KEY,
    hash text NOT NULL,
    signed text NOT NULL
  )`,
  `CREATE TABLE auth.audit_checkpoints (
    seq bigint PRIMARY KEY,
    hash text NOT NULL,
    signed text NOT NULL
  )`,
  `CREATE TABLE auth.audit_keys (
    kid text PRIMARY KEY,
    public_jwk jsonb NOT NULL,
    first_used_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
];

const CREATE_INDEXES = [
  // What makes an event that comes twice an entry once.
  'CREATE UNIQUE INDEX audit_entries_id ON auth.audit_entries (id)',
  'CREATE INDEX audit_entries_actor ON auth.audit_entries (actor, seq)',
  'CREATE INDEX audit_entries_target ON auth.audit_entries (target, seq)',
  'CREATE INDEX audit_entries_client ON auth.audit_entries (client, seq) WHERE client IS NOT NULL',
  'CREATE INDEX audit_entries_action ON auth.audit_entries (action text_pattern_ops, seq)',
  `CREATE INDEX audit_entries_not_allowed ON auth.audit_entries (outcome, seq) WHERE outcome <> 'allowed'`,
  'CREATE INDEX audit_entries_ip ON auth.audit_entries (ip) WHERE ip IS NOT NULL',
  'CREATE INDEX audit_entries_ips ON auth.audit_entries USING gin (ips) WHERE ips IS NOT NULL',
  'CREATE INDEX audit_entries_at ON auth.audit_entries (at)',
  'CREATE INDEX audit_entries_recorded_at ON auth.audit_entries (recorded_at, seq)',
];

/** A checkpoint that was not signed by auth lets rows be removed, but shows when the chain is checked. */
const CREATE_GUARDS = [
  `CREATE FUNCTION auth.audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND TG_TABLE_NAME IN ('audit_entries', 'audit_anchors', 'audit_checkpoints')
       AND current_setting('quotefleet.audit_forget', true) = 'on' THEN
      IF OLD.seq <= (SELECT max(seq) FROM auth.audit_checkpoints) THEN RETURN OLD; END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_head' THEN
      IF NEW.seq > OLD.seq AND NEW.recorded_at >= OLD.recorded_at THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'auth.% is append-only: % is refused', TG_TABLE_NAME, TG_OP;
  END $$`,
  ...TABLES.flatMap((table) => [
    `CREATE TRIGGER ${table}_guard BEFORE UPDATE OR DELETE ON auth.${table}
     FOR EACH ROW EXECUTE FUNCTION auth.audit_guard()`,
    `CREATE TRIGGER ${table}_guard_truncate BEFORE TRUNCATE ON auth.${table}
     FOR EACH STATEMENT EXECUTE FUNCTION auth.audit_guard()`,
    `REVOKE TRUNCATE ON auth.${table} FROM PUBLIC, CURRENT_USER`,
    ...(table === 'audit_head' ? [] : [`REVOKE UPDATE ON auth.${table} FROM PUBLIC, CURRENT_USER`]),
  ]),
  `CREATE FUNCTION auth.audit_forget(through bigint, through_hash text, signed text) RETURNS bigint
   LANGUAGE plpgsql SET quotefleet.audit_forget = 'on' AS $$
  DECLARE removed bigint;
  BEGIN
    INSERT INTO auth.audit_checkpoints VALUES (through, through_hash, signed);
    DELETE FROM auth.audit_entries WHERE seq <= through;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM auth.audit_anchors WHERE seq <= through;
    DELETE FROM auth.audit_checkpoints WHERE seq < through;
    RETURN removed;
  END $$`,
];

const STATEMENTS = [...CREATE_TABLES, ...CREATE_INDEXES, ...CREATE_GUARDS];

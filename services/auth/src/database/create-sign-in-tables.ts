import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions of their own, OAuth clients, second factors, lockout, and signing keys that follow one another. */
export class CreateSignInTables1764300000000 implements MigrationInterface {
  readonly name = 'CreateSignInTables1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...SESSIONS, ...ACCOUNTS, ...KEYS, ...CLIENTS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const SESSIONS = [
  `CREATE TABLE auth.sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users,
    client_id uuid,
    scopes text[],
    ip text,
    user_agent text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
  )`,
  'CREATE INDEX sessions_user ON auth.sessions (user_id, last_used_at)',
  'CREATE INDEX sessions_client ON auth.sessions (client_id) WHERE client_id IS NOT NULL',
  `INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at, revoked_at)
   SELECT family_id, user_id, min(created_at), max(created_at), max(expires_at), max(revoked_at)
   FROM auth.refresh_tokens GROUP BY family_id, user_id`,
  'ALTER TABLE auth.refresh_tokens RENAME COLUMN family_id TO session_id',
  `ALTER TABLE auth.refresh_tokens ADD CONSTRAINT refresh_tokens_session
     FOREIGN KEY (session_id) REFERENCES auth.sessions ON DELETE CASCADE`,
  'ALTER TABLE auth.refresh_tokens DROP COLUMN user_id, DROP COLUMN expires_at, DROP COLUMN revoked_at',
  `CREATE TABLE auth.revocations (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    id text NOT NULL,
    at timestamptz NOT NULL
  )`,
  'CREATE INDEX revocations_at ON auth.revocations (at, seq)',
];

const ACCOUNTS = [
  // Which roles there are is for the access policy to say.
  'ALTER TABLE auth.users DROP CONSTRAINT IF EXISTS users_role_check',
  `ALTER TABLE auth.users
    ADD COLUMN disabled_at timestamptz,
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN email_sealed text,
    ADD COLUMN email_index text,
    ADD COLUMN email_verified_at timestamptz`,
  'CREATE UNIQUE INDEX users_email ON auth.users (email_index) WHERE email_verified_at IS NOT NULL',
  `CREATE TABLE auth.one_time_tokens (
    token_hash text PRIMARY KEY,
    kind text NOT NULL,
    user_id uuid REFERENCES auth.users,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  )`,
  'CREATE INDEX one_time_tokens_user ON auth.one_time_tokens (user_id, kind)',
  'CREATE INDEX one_time_tokens_expiry ON auth.one_time_tokens (expires_at)',
  `CREATE TABLE auth.second_factors (
    user_id uuid PRIMARY KEY REFERENCES auth.users,
    seed_sealed text NOT NULL,
    confirmed_at timestamptz,
    last_step bigint NOT NULL
  )`,
  `CREATE TABLE auth.recovery_codes (
    user_id uuid NOT NULL REFERENCES auth.users,
    code_hash text NOT NULL,
    PRIMARY KEY (user_id, code_hash)
  )`,
  `CREATE TABLE auth.attempts (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL
  )`,
  'CREATE INDEX attempts_last ON auth.attempts (last_at)',
];

const KEYS = [
  `ALTER TABLE auth.api_keys
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN signing_sealed text`,
  `ALTER TABLE auth.signing_keys ADD COLUMN signs_from timestamptz, ADD COLUMN follows text`,
  `UPDATE auth.signing_keys SET signs_from = created_at, follows = CASE WHEN active THEN '' ELSE kid END`,
  'ALTER TABLE auth.signing_keys ALTER COLUMN signs_from SET NOT NULL, ALTER COLUMN follows SET NOT NULL',
  // Each key has one successor: what makes processes that rotate at the same time agree.
  'ALTER TABLE auth.signing_keys ADD CONSTRAINT signing_keys_follows UNIQUE (follows)',
  'DROP INDEX auth.signing_keys_active',
  'ALTER TABLE auth.signing_keys DROP COLUMN active',
];

const CLIENTS = [
  `CREATE TABLE auth.oauth_clients (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    scopes text[] NOT NULL,
    grants text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `CREATE TABLE auth.oauth_secrets (
    secret_hash text PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES auth.oauth_clients,
    created_at timestamptz NOT NULL,
    expires_at timestamptz
  )`,
  'CREATE INDEX oauth_secrets_client ON auth.oauth_secrets (client_id)',
];

const DOWN = [
  'DROP TABLE auth.oauth_secrets, auth.oauth_clients, auth.attempts, auth.recovery_codes, auth.second_factors',
  'DROP TABLE auth.one_time_tokens, auth.revocations',
  'ALTER TABLE auth.signing_keys ADD COLUMN active boolean NOT NULL DEFAULT false',
  `UPDATE auth.signing_keys SET active = true
   WHERE kid = (SELECT kid FROM auth.signing_keys WHERE signs_from <= now() ORDER BY signs_from DESC LIMIT 1)`,
  'CREATE UNIQUE INDEX signing_keys_active ON auth.signing_keys (active) WHERE active',
  'ALTER TABLE auth.signing_keys DROP COLUMN signs_from, DROP COLUMN follows',
  'ALTER TABLE auth.api_keys DROP COLUMN last_used_at, DROP COLUMN signing_sealed',
  `ALTER TABLE auth.refresh_tokens
    ADD COLUMN user_id uuid REFERENCES auth.users, ADD COLUMN expires_at timestamptz, ADD COLUMN revoked_at timestamptz`,
  `UPDATE auth.refresh_tokens t SET user_id = s.user_id, expires_at = s.expires_at, revoked_at = s.revoked_at
   FROM auth.sessions s WHERE s.id = t.session_id`,
  'ALTER TABLE auth.refresh_tokens DROP CONSTRAINT refresh_tokens_session',
  'ALTER TABLE auth.refresh_tokens RENAME COLUMN session_id TO family_id',
  'DROP TABLE auth.sessions',
  `ALTER TABLE auth.users DROP COLUMN disabled_at, DROP COLUMN deleted_at, DROP COLUMN email_sealed,
    DROP COLUMN email_index, DROP COLUMN email_verified_at`,
];

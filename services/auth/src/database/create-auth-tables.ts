import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuthTables1763683200000 implements MigrationInterface {
  readonly name = 'CreateAuthTables1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['signing_keys', 'refresh_tokens', 'api_keys', 'users'])
      await runner.query(`DROP TABLE auth.${table}`);
  }
}

const STATEMENTS = [
  `CREATE TABLE auth.users (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    password_hash text,
    role text NOT NULL CHECK (role IN ('user', 'service', 'admin')),
    created_at timestamptz NOT NULL
  )`,
  'CREATE UNIQUE INDEX users_username ON auth.users (lower(username))',
  `CREATE TABLE auth.api_keys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash text NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    bootstrap boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  'CREATE INDEX api_keys_user ON auth.api_keys (user_id)',
  `CREATE TABLE auth.refresh_tokens (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES auth.users,
    token_hash text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz
  )`,
  'CREATE INDEX refresh_tokens_family ON auth.refresh_tokens (family_id)',
  'CREATE INDEX refresh_tokens_user ON auth.refresh_tokens (user_id, expires_at)',
  `CREATE TABLE auth.signing_keys (
    kid text PRIMARY KEY,
    public_jwk jsonb NOT NULL,
    private_jwk jsonb NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL
  )`,
  // What makes processes that start at the same time agree on one key.
  'CREATE UNIQUE INDEX signing_keys_active ON auth.signing_keys (active) WHERE active',
];

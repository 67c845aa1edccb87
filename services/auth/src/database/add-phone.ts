import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Phone numbers of users, sealed; and the keys whose end comes, which are looked for every minute. */
export class AddPhone1764400000000 implements MigrationInterface {
  readonly name = 'AddPhone1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE auth.users ADD COLUMN phone_sealed text');
    await runner.query('CREATE INDEX api_keys_expiry ON auth.api_keys (expires_at) WHERE expires_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX auth.api_keys_expiry');
    await runner.query('ALTER TABLE auth.users DROP COLUMN phone_sealed');
  }
}

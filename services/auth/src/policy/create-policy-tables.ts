import { DEFAULT_POLICY } from '@quotefleet/access';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every version of the access policy, each as a whole; the fleet's begins as the built-in one. */
export class CreatePolicyTables1764200000000 implements MigrationInterface {
  readonly name = 'CreatePolicyTables1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE auth.access_policies (
      version integer PRIMARY KEY,
      policy jsonb NOT NULL,
      actor text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    await runner.query(`INSERT INTO auth.access_policies (version, policy, actor) VALUES (1, $1, 'built-in')`, [
      JSON.stringify(DEFAULT_POLICY),
    ]);
    // Which roles there are is for the policy to say.
    await runner.query('ALTER TABLE auth.users DROP CONSTRAINT IF EXISTS users_role_check');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE auth.access_policies');
  }
}

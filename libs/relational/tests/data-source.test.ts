import { expect, it, jest } from '@jest/globals';
import { describeWith, freePort, isolatedDatabase, uniqueName, waitUntil } from '@quotefleet/testing';
import { EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createDataSource, DatabaseUnavailableError, initialize, translateDatabaseErrors } from '../src/index.ts';

/** A server shared with other test runs may be slow. */
jest.setTimeout(30_000);

interface Holding {
  id: string;
  symbol: string;
  shares: number;
  createdAt: Date;
}

const HoldingEntity = new EntitySchema<Holding>({
  name: 'Holding',
  tableName: 'holdings',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    symbol: { type: 'text' },
    shares: { type: 'bigint' },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
  },
});

class CreateHoldings1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Long enough for the other processes to come by.
    await runner.query('SELECT pg_sleep(0.1)');
    await runner.query(`CREATE TABLE holdings (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), symbol text NOT NULL,
      shares bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE holdings');
  }
}

class FailHalfway1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id int)');
    await runner.query('SELECT 1 / 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE half');
  }
}

const ENTITIES = [HoldingEntity];
const MIGRATIONS = [CreateHoldings1790000000000];

describeWith('postgres', 'a data source', (servers) => {
  const database = isolatedDatabase(servers);
  const create = (schema: string, migrations = MIGRATIONS) =>
    createDataSource({ url: database.url, schema, entities: ENTITIES, migrations, poolMax: 2 });

  it('runs the migrations once when five processes start together', async () => {
    const schema = uniqueName('service');
    const processes = Array.from({ length: 5 }, () => create(schema));

    await Promise.all(processes.map(initialize));

    for (const dataSource of processes) {
      expect(await dataSource.getRepository(HoldingEntity).count()).toBe(0);
      const ran = await dataSource.query(`SELECT name FROM ${schema}.migrations`);
      expect(ran).toEqual([{ name: 'CreateHoldings1790000000000' }]);
      await dataSource.destroy();
    }
  });

  it('keeps tables, the list of migrations and unqualified names within its schema', async () => {
    const schema = uniqueName('service');
    const dataSource = await initialize(create(schema));

    const tables = await dataSource.query(
      'SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1',
    );
    const settings = await dataSource.query(
      "SELECT current_schema() AS schema, current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout",
    );

    expect(tables).toEqual([{ tablename: 'holdings' }, { tablename: 'migrations' }]);
    expect(settings).toEqual([{ schema, name: `quotefleet-${schema}`, timeout: '30s' }]);
    await dataSource.destroy();
  });

  it('stores and finds entities, bigints as numbers', async () => {
    const dataSource = await initialize(create(uniqueName('service')));
    const holdings = dataSource.getRepository(HoldingEntity);

    const saved = await holdings.save({ symbol: '600519.SH', shares: 2 ** 40 });

    expect(await holdings.findOneBy({ symbol: '600519.SH' })).toEqual({ ...saved, shares: 2 ** 40 });
    expect(saved.id).toMatch(/^[0-9a-f-]{36}$/);
    await dataSource.destroy();
  });

  it('leaves nothing of a migration that failed, and can be started again', async () => {
    const schema = uniqueName('service');
    const broken = create(schema, [...MIGRATIONS, FailHalfway1790000000001]);
    await expect(initialize(broken)).rejects.toThrow('division by zero');
    expect(broken.isInitialized).toBe(false);

    const repaired = await initialize(create(schema));

    expect(await repaired.query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    await repaired.destroy();
  });

  it('refuses the name of a schema that would have to be quoted', () => {
    expect(() => create('Market; drop')).toThrow('expected a lower-case schema name');
  });

  it('says that the database is not available when nobody listens', async () => {
    const url = `postgres://postgres@127.0.0.1:${await freePort()}/postgres`;
    const dataSource = createDataSource({ url, schema: 'service', entities: [], migrations: [] });
    await expect(initialize(dataSource)).rejects.toThrow(DatabaseUnavailableError);
  });

  it('tells a lost connection from a mistake in the query', async () => {
    const schema = uniqueName('service');
    const dataSource = await initialize(create(schema));
    const suicide = () => dataSource.query('SELECT pg_terminate_backend(pg_backend_pid())');

    await expect(translateDatabaseErrors(suicide)).rejects.toThrow(DatabaseUnavailableError);
    await waitUntil(() => dataSource.query('SELECT 1'), { message: 'a new connection' });
    await expect(translateDatabaseErrors(() => dataSource.query('SELECT nothing'))).rejects.toThrow('does not exist');
    await expect(translateDatabaseErrors(async () => 5)).resolves.toBe(5);
    await dataSource.destroy();
  });
});

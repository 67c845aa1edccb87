import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { describeWith, type TestDatabase } from '@quotefleet/testing';
import pg from 'pg';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(60_000);

const REGISTRY = (columns = 'name: text, rank: bigint, note: text?') => `tables:
  ranks:
    class: meta
    description: Ranks
    target: relational
    owner: market-data
    key: [name]
    indexes: [[rank]]
    columns: { ${columns} }
  prices:
    class: market
    description: Prices
    target: timeseries
    owner: analytics
    key: [symbol, ts]
    partition: month
    columns: { symbol: text, ts: timestamp, last: double }
`;

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'qf-tables-'));
  writeRegistry(REGISTRY());
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function writeRegistry(text: string): void {
  writeFileSync(join(cwd, 'own.yaml'), text);
}
const tables = (args: string[], env: Record<string, string> = {}) =>
  runCli(['tables', ...args, '--tables-dir', cwd], { cwd, env: { QF_DATA_DIR: join(cwd, 'data'), ...env } });

describeWith('postgres', 'quotefleet tables', (servers) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await servers.postgres.createDatabase();
  });
  afterEach(() => database.drop());

  const run = (...args: string[]) => tables(args, { QF_DATABASE_URL: database.url });

  async function sql(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(text).finally(() => client.end());
  }

  it('plans, applies, and then has nothing to do', async () => {
    const plan = await run('plan');
    expect(plan).toMatchObject({ code: 2, stderr: '' });
    expect(plan.stdout.split('\n')).toEqual([
      expect.stringMatching(/^create +prices /),
      'create        ranks                3 columns, key name',
      'create-index  ranks                rank',
      '3 changes to the tables.',
      '',
    ]);
    expect((await run('check')).stdout).toBe(
      'No table has drifted.\n3 changes can be applied: quotefleet tables plan shows them.\n',
    );

    const applied = await run('apply');
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toBe(plan.stdout.replace('3 changes to the tables.', '3 changes made.'));

    expect(await run('plan')).toEqual({ code: 0, stderr: '', stdout: 'The tables are as the registry has them.\n' });
    expect(await run('apply')).toEqual({ code: 0, stderr: '', stdout: 'Nothing to change.\n' });
    expect(await run('check')).toEqual({ code: 0, stderr: '', stdout: 'No table has drifted.\n' });
  });

  it('adds a column that the registry adds', async () => {
    await run('apply');
    writeRegistry(REGISTRY('name: text, rank: bigint, note: text?, weight: double?'));
    const plan = await run('plan');
    expect(plan.code).toBe(2);
    expect(plan.stdout).toBe('add-column    ranks                weight (double precision)\n1 change to the tables.\n');
    expect((await run('apply')).code).toBe(0);
    expect((await run('plan')).code).toBe(0);
  });

  it('names table and column that have drifted, and changes nothing then', async () => {
    await run('apply');
    await sql('ALTER TABLE market.ranks ALTER rank TYPE text');
    writeRegistry(REGISTRY('name: text, rank: bigint, note: text?, weight: double?'));
    const drift = 'drift         ranks                rank: expected bigint, found text\n';
    const check = await run('check');
    expect(check.code).toBe(1);
    expect(check.stdout).toBe(`${drift}1 change can be applied: quotefleet tables plan shows them.\n`);
    const apply = await run('apply');
    expect(apply).toMatchObject({ code: 1, stdout: '' });
    expect(apply.stderr).toBe(`${drift}Nothing was changed: a table that has drifted is put right by hand.\n`);
    const plan = await run('plan');
    expect(plan.code).toBe(2);
    expect(plan.stdout).toContain(drift);
    expect(plan.stdout).toContain('add-column    ranks                weight');
  });

  it('keeps to the tables of one service', async () => {
    const plan = await run('plan', '--owner', 'analytics');
    expect(plan.stdout).toMatch(/^create +prices .*\n1 change to the tables.\n$/);
    expect(await run('plan', '--owner', 'nobody')).toEqual({
      code: 1,
      stdout: '',
      stderr: "expected --owner to be one of market-data, analytics, was 'nobody'\n",
    });
  });

  it('takes the databases of the running fleet where none is named', async () => {
    const run = {
      ...{ mode: 'local', pid: 1, startedAt: '2026-01-05T01:30:00.000Z', services: {} },
      ...{ gatewayUrl: 'http://127.0.0.1:1', docsUrl: '', apiKeyFile: '', logsDir: '' },
      databases: { url: database.url, timeSeries: { driver: 'postgres', url: database.url } },
    };
    writeFileSync(join(cwd, 'run.json'), JSON.stringify(run));
    const plan = await tables(['plan', '--data-dir', cwd]);
    expect(plan).toMatchObject({ code: 2, stderr: '' });
    const other = await tables(['plan', '--data-dir', cwd, '--tsdb', 'influx']);
    expect(other).toMatchObject({ code: 1, stderr: 'name the time-series database by --tsdb-url or QF_TSDB_URL\n' });
  });

  it('plans the shipped registry where none is named', async () => {
    const { code, stdout } = await runCli(['tables', 'plan', '--database-url', database.url], { cwd });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^create +bars_1d /m);
  });
});

describeWith(['postgres', 'influx'], 'quotefleet tables with a time-series database of its own', (servers) => {
  it('plans and applies both', async () => {
    const database = await servers.postgres.createDatabase();
    try {
      const args = ['--database-url', database.url, '--tsdb', 'influx', '--tsdb-url', servers.influx.url];
      expect((await tables(['apply', ...args])).code).toBe(0);
      expect((await tables(['plan', ...args])).code).toBe(0);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client
        .query("SELECT relname FROM pg_class WHERE relname IN ('ranks', 'prices')")
        .finally(() => client.end());
      expect(rows).toEqual([{ relname: 'ranks' }]);
    } finally {
      await database.drop();
    }
  });
});

describe('quotefleet tables', () => {
  it('tells file, line and reason of everything that is wrong with the registry', async () => {
    writeRegistry(REGISTRY('name: text, rank: number').replace('partition: month', 'partition: week'));
    const file = join(cwd, 'own.yaml');
    const { code, stdout, stderr } = await tables(['plan', '--database-url', 'postgres://nobody@127.0.0.1:1/none']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(`${file}:9: tables.ranks.columns.rank.type: expected one of text, bigint`),
      `${file}:16: tables.prices.partition: expected one of "day"|"month"|"year", was 'week'`,
      '',
    ]);
  });

  it('tells them of the registry that QF_TABLES_DIR names, whatever the command', async () => {
    writeRegistry('tables: 5\n');
    const run = await runCli(['status'], { cwd, env: { QF_TABLES_DIR: cwd } });
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr: `${join(cwd, 'own.yaml')}:1: tables: expected record, was '5'\n`,
    });
  });

  it('says which databases it needs', async () => {
    const { code, stderr } = await tables(['plan']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `no fleet is running in ${join(cwd, 'data')}: name a database by --database-url or QF_DATABASE_URL\n`,
    );
  });

  it('says that a database does not answer, without its password', async () => {
    const { code, stdout, stderr } = await tables(['check', '--database-url', 'postgres://me:secret@127.0.0.1:1/none']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^PostgreSQL is not available.*\n$/);
    expect(stderr).not.toContain('secret');
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { TableRegistry } from '@quotefleet/tables';
import { describeWith, type TestDatabase } from '@quotefleet/testing';
import type { DataManager } from '../src/index.ts';
import { openOwn } from './open-own.ts';
import { ownRegistry } from './own-registry.ts';
import { onDatabase, tablesIn } from './tables-in.ts';

jest.setTimeout(60_000);

const NOTES = (columns: string, fields = '') => `
  notes:
    class: meta
    description: Notes
    target: relational
    owner: market-data
    key: [name]
    ${fields}
    columns: { name: text, ${columns} }
`;
const PRICES = (columns: string) => `
  prices:
    class: market
    description: Prices
    target: timeseries
    owner: market-data
    key: [symbol, ts]
    partition: month
    columns: { symbol: text, ts: timestamp, ${columns} }
`;

describeWith('postgres', 'the tables of a registry that changes', (servers) => {
  let database: TestDatabase;
  const open: DataManager[] = [];

  function manager(registry: TableRegistry): DataManager {
    const data = openOwn(database.url, registry);
    open.push(data);
    return data;
  }
  const sql = (text: string) => onDatabase(database.url, text);

  beforeEach(async () => {
    database = await servers.postgres.createDatabase();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((data) => data.close()));
    await database.drop();
  });

  it('are planned, then made, and then there is nothing to plan', async () => {
    const data = manager(ownRegistry(NOTES('text: text?', 'indexes: [[text, name]]') + PRICES('last: double')));
    expect(await data.plan()).toEqual([
      { table: 'prices', kind: 'create', detail: expect.any(String) },
      { table: 'notes', kind: 'create', detail: '2 columns, key name' },
      { table: 'notes', kind: 'create-index', detail: 'text, name' },
    ]);
    expect(await tablesIn(database.url, 'own')).toEqual([]);
    await data.prepare();
    expect(await data.plan()).toEqual([]);
    expect(await tablesIn(database.url, 'own')).toEqual(['notes', 'prices']);
  });

  it('get a column that a registry adds, and keep their rows', async () => {
    const before = manager(ownRegistry(NOTES('text: text?') + PRICES('last: double')));
    await before.prepare();
    await before.save('notes', [{ name: 'a', text: 'old' }]);
    await before.save('prices', [{ symbol: '600519.SH', ts: 1_782_000_000_000, last: 1 }]);

    const after = manager(
      ownRegistry(
        NOTES('text: text?, rank: "bigint?", tags: json?', 'indexes: [[rank]]') +
          PRICES('last: double, amount: double?'),
      ),
    );
    expect(await after.plan()).toEqual([
      { table: 'prices', kind: 'add-column', detail: expect.stringContaining('amount') },
      { table: 'notes', kind: 'add-column', detail: 'rank (bigint)' },
      { table: 'notes', kind: 'add-column', detail: 'tags (jsonb)' },
      { table: 'notes', kind: 'create-index', detail: 'rank' },
    ]);
    await after.prepare();
    expect(await after.plan()).toEqual([]);
    await after.save('notes', [{ name: 'b', rank: 5, tags: ['new'] }]);
    expect(await after.load('notes', { limit: 5 })).toEqual([
      { name: 'a', text: 'old' },
      { name: 'b', rank: 5, tags: ['new'] },
    ]);
    expect(await after.load('prices', { where: { symbol: '600519.SH' }, limit: 5 })).toEqual([
      { symbol: '600519.SH', ts: 1_782_000_000_000, last: 1 },
    ]);
    // A service of the version before goes on meanwhile.
    await before.save('notes', [{ name: 'c', text: 'of the old version' }]);
    expect(await before.load('notes', { where: { name: 'b' }, limit: 1 })).toEqual([{ name: 'b' }]);
  });

  it('get a column that must always be there as long as they have no rows', async () => {
    await manager(ownRegistry(NOTES('text: text?'))).prepare();
    const data = manager(ownRegistry(NOTES('text: text?, rank: bigint')));
    await data.prepare();
    await data.save('notes', [{ name: 'a', rank: 1 }]);

    const next = manager(ownRegistry(NOTES('text: text?, rank: bigint, weight: double')));
    const detail = 'weight: a new column must be optional, since rows there lack it';
    expect(await next.plan()).toEqual([{ table: 'notes', kind: 'drift', detail }]);
    await expect(next.prepare()).rejects.toThrow(`table notes has drifted: ${detail}`);
  });

  it('let a column be absent once the registry does', async () => {
    await manager(ownRegistry(NOTES('text: text'))).prepare();
    const data = manager(ownRegistry(NOTES('text: text?')));
    expect(await data.plan()).toEqual([{ table: 'notes', kind: 'alter-column', detail: 'text: becomes optional' }]);
    await data.prepare();
    await data.save('notes', [{ name: 'a' }]);
    expect(await data.plan()).toEqual([]);
  });

  describe('that somebody changed by hand', () => {
    const registry = ownRegistry(NOTES('text: text?, rank: bigint', 'indexes: [[rank, name]]'));

    it.each([
      ['a column of another type', 'ALTER TABLE own.notes ALTER rank TYPE text', 'rank: expected bigint, found text'],
      [
        'a type with a limit',
        'ALTER TABLE own.notes ALTER name TYPE varchar(20)',
        'name: expected text, found character varying(20)',
      ],
      [
        'a column that may be absent',
        'ALTER TABLE own.notes ALTER rank DROP NOT NULL',
        'rank: expected to be always there, found optional',
      ],
      [
        'a stranger that must be filled',
        'ALTER TABLE own.notes ADD stranger int NOT NULL',
        'stranger: must be filled, and is not declared',
      ],
      [
        'another key',
        'ALTER TABLE own.notes DROP CONSTRAINT notes_pkey, ADD PRIMARY KEY (name, rank)',
        'expected a key of name, found name, rank',
      ],
      ['no key', 'ALTER TABLE own.notes DROP CONSTRAINT notes_pkey', 'expected a key of name, found none'],
    ])('to have %s are told, and not touched', async (_, change, detail) => {
      const data = manager(registry);
      await data.prepare();
      await sql(change);
      expect(await data.plan()).toEqual([{ table: 'notes', kind: 'drift', detail }]);
      await expect(manager(registry).prepare()).rejects.toThrow(`table notes has drifted: ${detail}`);
      expect(await data.plan()).toHaveLength(1);
    });

    it.each([
      ['a stranger that may be absent', 'ALTER TABLE own.notes ADD stranger int'],
      ['a stranger with a default', 'ALTER TABLE own.notes ADD stranger int NOT NULL DEFAULT 1'],
      ['a stranger that counts', 'ALTER TABLE own.notes ADD stranger int GENERATED ALWAYS AS IDENTITY'],
      ['a default of their own', 'ALTER TABLE own.notes ALTER rank SET DEFAULT 1'],
      ['an index of their own', 'CREATE INDEX ON own.notes (text)'],
    ])('to have %s work as before', async (_, change) => {
      const data = manager(registry);
      await data.prepare();
      await sql(change);
      expect(await data.plan()).toEqual([]);
      await data.save('notes', [{ name: 'a', rank: 1 }]);
      expect(await data.load('notes', { limit: 5 })).toEqual([{ name: 'a', rank: 1 }]);
    });

    it.each([
      ['dropped', 'DROP INDEX own.notes_rank_name_idx'],
      [
        'made for some rows only',
        'DROP INDEX own.notes_rank_name_idx; CREATE INDEX ON own.notes (rank, name) WHERE rank > 5',
      ],
      [
        'made by another method',
        'DROP INDEX own.notes_rank_name_idx; CREATE INDEX ON own.notes USING brin (rank, name)',
      ],
    ])('get an index again that was %s', async (_, change) => {
      const data = manager(registry);
      await data.prepare();
      await sql(change);
      expect(await data.plan()).toEqual([{ table: 'notes', kind: 'create-index', detail: 'rank, name' }]);
      await data.prepare();
      expect(await data.plan()).toEqual([]);
    });

    it('stay as they are, all of them, where one has drifted', async () => {
      const data = manager(registry);
      await data.prepare();
      await sql('ALTER TABLE own.notes ALTER rank TYPE text');
      const more = ownRegistry(
        `${NOTES('text: text?, rank: bigint')}${NOTES('more: text?').replace('notes', 'others')}`,
      );
      await expect(manager(more).prepare()).rejects.toThrow('table notes has drifted');
      expect(await tablesIn(database.url, 'own')).toEqual(['notes']);
    });
  });

  it('are made once where several processes start at once', async () => {
    const registry = ownRegistry(NOTES('text: text?', 'indexes: [[text]]') + PRICES('last: double'));
    const managers = Array.from({ length: 5 }, () => manager(registry));
    await Promise.all(managers.map((data) => data.prepare()));
    for (const data of managers) expect(await data.plan()).toEqual([]);
    const { rows } = await sql("SELECT count(*)::int AS count FROM pg_indexes WHERE tablename = 'notes'");
    expect(rows).toEqual([{ count: 2 }]);
  });
});

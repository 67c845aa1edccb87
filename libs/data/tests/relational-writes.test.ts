import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataManager } from '../src/index.ts';
import { openOwn } from './open-own.ts';
import { ownRegistry } from './own-registry.ts';
import { onDatabase } from './tables-in.ts';

const registry = ownRegistry(`
  notes:
    class: meta
    description: Notes
    target: relational
    owner: market-data
    key: [author, no]
    columns: { author: text, no: bigint, text: text?, day: date?, detail: json? }
  flags:
    class: meta
    description: A table of its key alone
    target: relational
    owner: market-data
    key: [name]
    columns: { name: text }
  others:
    class: meta
    description: Another service's
    target: relational
    owner: analytics
    key: [name]
    columns: { name: text }
`);

describeWith('postgres', 'saving to a relational table', (servers) => {
  const database = isolatedDatabase(servers);
  let data: DataManager;

  const rows = (count: number) => Array.from({ length: count }, (_, no) => ({ author: 'ann', no, text: `note ${no}` }));
  const load = () => data.load('notes', { limit: 10_000 });

  beforeAll(async () => {
    data = openOwn(database.url, registry, { owner: 'market-data' });
    await data.prepare();
  });
  beforeEach(async () => {
    await onDatabase(database.url, 'TRUNCATE own.notes, own.flags');
  });
  afterAll(() => data?.close());

  it('counts what was inserted, amended and unchanged, a key that is given twice once', async () => {
    expect(await data.save('notes', rows(3))).toEqual({ inserted: 3, amended: 0, unchanged: 0 });
    const next = [
      { author: 'ann', no: 0, text: 'note 0' },
      { author: 'ann', no: 1, text: 'amended' },
      { author: 'ann', no: 2 },
      { author: 'ann', no: 3, text: 'first' },
      { author: 'ann', no: 3, text: 'last' },
    ];
    expect(await data.save('notes', next)).toEqual({ inserted: 1, amended: 2, unchanged: 1 });
    expect(await load()).toEqual([next[0], next[1], next[2], next[4]]);
  });

  it('counts rows of more than one statement', async () => {
    expect(await data.save('notes', rows(2500))).toEqual({ inserted: 2500, amended: 0, unchanged: 0 });
    const amended = rows(2600).map((row) => (row.no < 1200 ? { ...row, text: 'new' } : row));
    expect(await data.save('notes', amended)).toEqual({ inserted: 100, amended: 1200, unchanged: 1300 });
  });

  it('counts rows that are a key alone, and no rows', async () => {
    expect(await data.save('flags', [{ name: 'a' }, { name: 'b' }])).toEqual({ inserted: 2, amended: 0, unchanged: 0 });
    expect(await data.save('flags', [{ name: 'b' }, { name: 'c' }])).toEqual({ inserted: 1, amended: 0, unchanged: 1 });
    expect(await data.save('flags', [])).toEqual({ inserted: 0, amended: 0, unchanged: 0 });
  });

  it.each([
    ['a value of another type', { author: 'ann', no: 'five' }, /^notes row 1500, no: Invalid input/],
    ['no value where one must be', { author: 'ann' }, /^notes row 1500, no: /],
    [
      'a column that is not there',
      { author: 'ann', no: 1, colour: 'red' },
      /^notes row 1500, colour: Unrecognized key/,
    ],
    ['a day that is none', { author: 'ann', no: 1, day: '2026-02-30' }, /^notes row 1500, day: expected a date/],
    ['the character 0', { author: 'ann', no: 1, detail: { a: 'b\0' } }, /^notes row 1500, detail: /],
  ])('stores no row where one has %s', async (_, bad, message) => {
    const given = rows(2500).with(1500, bad as never);
    const saved = data.save('notes', given);
    await expect(saved).rejects.toThrow(TypeError);
    await expect(saved).rejects.toThrow(message);
    expect(await load()).toEqual([]);
  });

  it('stores no row where the database refuses one of the last', async () => {
    await onDatabase(database.url, 'ALTER TABLE own.notes ADD CONSTRAINT small CHECK (no < 2400)');
    try {
      await expect(data.save('notes', rows(2500))).rejects.toThrow('violates check constraint "small"');
      expect(await load()).toEqual([]);
    } finally {
      await onDatabase(database.url, 'ALTER TABLE own.notes DROP CONSTRAINT small');
    }
  });

  it('lets writers of the same rows in opposite order both succeed', async () => {
    const forwards = rows(1500);
    const saves = Array.from({ length: 8 }, (_, i) => data.save('notes', i % 2 ? forwards : forwards.toReversed()));
    const results = await Promise.all(saves);
    expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(1500);
    expect(await load()).toHaveLength(1500);
  });

  it.each(["'; DROP TABLE own.notes; --", '$1', '\\', '"', "''", '%s', '{}', 'null', 'a\n--b'])(
    'takes the SQL fragment %j for the data it is',
    async (fragment) => {
      const row = { author: fragment, no: 1, text: fragment, detail: { [fragment]: [fragment] } };
      await data.save('notes', [row]);
      expect(await data.load('notes', { where: { author: fragment }, limit: 5 })).toEqual([row]);
      expect(await data.load('notes', { where: { text: { startsWith: fragment } }, limit: 5 })).toEqual([row]);
      expect(await data.load('notes', { where: { author: { in: [fragment] } }, limit: 5 })).toEqual([row]);
      expect(await data.load('notes', { after: [fragment, 0], limit: 1 })).toEqual([row]);
      expect(await data.remove('notes', { author: fragment })).toBe(1);
    },
  );

  it('refuses an SQL fragment for the name of a column', async () => {
    const fragment = 'no" = 1 OR 1=1; DROP TABLE own.notes; --';
    await data.save('notes', rows(2));
    await expect(data.save('notes', [{ author: 'ann', no: 5, [fragment]: 1 }])).rejects.toThrow(TypeError);
    await expect(data.load('notes', { where: { [fragment]: 1 }, limit: 5 })).rejects.toThrow(
      /^notes: expected a column \(author, no, text, day, detail\), was 'no" = 1/,
    );
    await expect(data.load('notes', { orderBy: [fragment], limit: 5 })).rejects.toThrow(TypeError);
    await expect(data.remove('notes', { [fragment]: 1 })).rejects.toThrow(TypeError);
    await expect(data.load(fragment, { limit: 5 })).rejects.toThrow('expected a table of the registry');
    expect(await load()).toHaveLength(2);
  });

  it('removes the rows that it is told to, and tells how many', async () => {
    await data.save('notes', [...rows(5), { author: 'bob', no: 1 }]);
    expect(await data.remove('notes', { author: 'ann', no: { before: 2 } })).toBe(2);
    expect(await data.remove('notes', { author: 'nobody' })).toBe(0);
    expect(await data.remove('notes', { text: null })).toBe(1);
    expect((await load()).map(({ no }) => no)).toEqual([2, 3, 4]);
  });

  it('removes nothing without being told what', async () => {
    await data.save('notes', rows(2));
    for (const where of [{}, { author: undefined }, { no: {} }])
      await expect(data.remove('notes', where)).rejects.toThrow('notes: expected to be told which rows to remove');
    expect(await load()).toHaveLength(2);
  });

  it('leaves the tables of another service alone', async () => {
    const message = "expected a table of this service, was 'others' of analytics";
    await expect(data.save('others', [{ name: 'a' }])).rejects.toThrow(message);
    await expect(data.load('others', { limit: 1 })).rejects.toThrow(message);
    await expect(data.remove('others', { name: 'a' })).rejects.toThrow(message);
  });
});

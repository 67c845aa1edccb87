import { expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import { openDatabase } from '../src/database/open-database.ts';
import { SEALED_COLUMNS } from '../src/database/sealed-columns.ts';

describeWith('postgres', 'the columns that a rotation of the master key goes through', (servers) => {
  const database = isolatedDatabase(servers);

  it('are all the sealed ones there are, each with its key and index', async () => {
    const dataSource = await openDatabase(database.url);
    try {
      const rows: { name: string }[] = await dataSource.query(
        `SELECT table_schema || '.' || table_name || '.' || column_name AS name
         FROM information_schema.columns WHERE table_schema = 'auth'`,
      );
      const names = new Set(rows.map(({ name }) => name));
      const sealed = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
      expect([...names].filter((name) => name.endsWith('_sealed') && !sealed.includes(name))).toEqual([]);
      const needed = SEALED_COLUMNS.flatMap(({ table, key, column, index }) =>
        [key, column, ...(index ? [index.column] : [])].map((name) => `${table}.${name}`),
      );
      expect(needed.filter((name) => !names.has(name))).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });
});

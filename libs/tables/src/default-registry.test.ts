import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { tablesDirectory } from './config.ts';
import { tableRegistry } from './default-registry.ts';

const given = process.env.QF_TABLES_DIR;
const directory = mkdtempSync(join(tmpdir(), 'registry-'));

afterEach(() => {
  if (given === undefined) delete process.env.QF_TABLES_DIR;
  else process.env.QF_TABLES_DIR = given;
  rmSync(directory, { recursive: true, force: true });
});

const ONE_TABLE = `
tables:
  own:
    class: derived
    description: A desk's own
    target: relational
    owner: analytics
    key: [name]
    columns: { name: text, value: double }
`;

describe('tableRegistry', () => {
  it('is that of QF_TABLES_DIR, read once', () => {
    process.env.QF_TABLES_DIR = directory;
    writeFileSync(join(directory, 'own.yaml'), ONE_TABLE);
    const registry = tableRegistry();
    expect(registry.all.map(({ name }) => name)).toEqual(['own']);
    delete process.env.QF_TABLES_DIR;
    expect(tableRegistry()).toBe(registry);
  });

  it('comes with the package where nothing is named', () => {
    process.env.QF_TABLES_DIR = '';
    expect(tablesDirectory()).toBe(join(import.meta.dirname, '..', 'registry'));
  });
});

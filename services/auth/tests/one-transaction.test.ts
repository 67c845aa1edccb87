import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditPayload } from '@quotefleet/contracts';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { createAudit } from '../src/audit/create-audit.ts';
import { tellCommitted } from '../src/audit/tell-committed.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { inOneTransaction } from '../src/database/one-transaction.ts';
import { openDatabase } from '../src/database/open-database.ts';

describeWith('postgres', 'a change and its audit entry', (servers) => {
  const database = isolatedDatabase(servers);
  const told: string[] = [];
  let dataSource: DataSource;
  beforeAll(async () => {
    dataSource = await openDatabase(database.url);
    tellCommitted(dataSource, ({ target }) => told.push(target));
    await dataSource.query('CREATE TABLE auth.things (name text PRIMARY KEY)');
  });
  afterAll(() => dataSource.destroy());

  const entry = (target: string, outcome: AuditPayload['outcome'] = 'allowed'): AuditPayload => ({
    ...{ actor: 'admin', action: 'thing.add', target, outcome },
  });
  /** A use case over a store that knows of no other transaction than its own. */
  function createThings() {
    const audit = createAudit(dataSource);
    const insert = (name: string) =>
      dataSource.transaction((manager) => manager.query('INSERT INTO auth.things VALUES ($1)', [name]));
    const things = {
      async add(name: string): Promise<string> {
        await insert(name);
        await dataSource.query('SELECT 1');
        await audit.record(entry(name));
        return name;
      },
      async addAndFail(name: string): Promise<void> {
        await things.add(name);
        throw new Error('later');
      },
      async addOrElse(name: string, other: string): Promise<void> {
        await insert(name).catch(() => insert(other));
        await audit.record(entry(other));
      },
      async refuse(name: string): Promise<void> {
        await insert(name);
        await audit.record(entry(name, 'refused'));
        throw new Error('refused');
      },
    };
    return inOneTransaction(dataSource, things, ['add', 'addAndFail', 'addOrElse', 'refuse']);
  }
  const names = async () => {
    const rows: { name: string }[] = await dataSource.query('SELECT name FROM auth.things ORDER BY name');
    return rows.map(({ name }) => name);
  };
  const targets = async () => {
    const rows: { target: string }[] = await dataSource.query('SELECT target FROM auth.audit_entries ORDER BY seq');
    return rows.map(({ target }) => target);
  };

  it('are there together or not at all', async () => {
    const things = createThings();
    expect(await things.add('a')).toBe('a');
    await expect(things.addAndFail('b')).rejects.toThrow('later');
    await expect(things.add('a')).rejects.toThrow('duplicate key');
    await things.addOrElse('a', 'c');
    expect([await names(), await targets(), told]).toEqual([
      ['a', 'c'],
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });

  it('leave the entry of what was refused, which is thrown', async () => {
    await expect(createThings().refuse('d')).rejects.toThrow('refused');
    expect([await names(), await targets()]).toEqual([
      ['a', 'c'],
      ['a', 'c', 'd'],
    ]);
  });

  it('do not mix with those of others at the same time', async () => {
    const things = createThings();
    const audit = createAudit(dataSource);
    await Promise.all(
      Array.from({ length: 30 }, (_, number) => [
        things.add(`many ${number}`),
        things.addAndFail(`none ${number}`).catch(() => undefined),
        audit.record(entry(`alone ${number}`)),
      ]).flat(),
    );
    expect((await names()).filter((name) => name.startsWith('many'))).toHaveLength(30);
    expect(await targets()).toHaveLength(3 + 60);
    expect([...told].sort()).toEqual((await targets()).sort());
    expect(await verifyAudit(dataSource)).toMatchObject({ intact: true, entries: 63 });
  });
});

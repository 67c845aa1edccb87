import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, jest } from '@jest/globals';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { openDatabase } from '../src/database/open-database.ts';

// Processes are started and killed here.
jest.setTimeout(60_000);

const WRITER = join(import.meta.dirname, 'audit-writer.ts');

describeWith('postgres', 'processes that write one audit trail', (servers) => {
  const database = isolatedDatabase(servers);

  function startWriter(name: string) {
    const child = spawn(process.execPath, [WRITER, database.url, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged: string[] = [];
    createInterface(child.stdout).on('line', (line) => acknowledged.push(line));
    const kill = async () => {
      child.kill('SIGKILL');
      await once(child, 'close');
    };
    return { acknowledged, kill };
  }

  it('keep it one unbroken chain, and lose nothing that was acknowledged when they are killed', async () => {
    const writers = ['a', 'b', 'c'].map(startWriter);
    await waitUntil(() => writers.every(({ acknowledged }) => acknowledged.length > 50), { timeoutMs: 30_000 });
    await Promise.all(writers.map(({ kill }) => kill()));
    const acknowledged = writers.flatMap((writer) => writer.acknowledged);

    const dataSource = await openDatabase(database.url);
    const verdict = await verifyAudit(dataSource);
    expect(verdict).toMatchObject({ intact: true, firstSeq: 1 });
    expect(verdict.entries).toBeGreaterThanOrEqual(acknowledged.length);
    const rows: { target: string }[] = await dataSource.query('SELECT target FROM auth.audit_entries');
    const stored = new Set(rows.map(({ target }) => target));
    expect(acknowledged.filter((target) => !stored.has(target))).toEqual([]);
    expect(stored.size).toBe(rows.length);
    await dataSource.destroy();
  });
});

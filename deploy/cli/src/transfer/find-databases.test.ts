import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RUN_FILE } from '../run-file.ts';
import { findDatabases, requireDatabases } from './find-databases.ts';

const RUNNING = { url: 'postgres://run/db', timeSeries: { driver: 'influx', url: 'http://run:8086/market' } };

describe('the databases of a command', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'qf-databases-'));
    const urls = { gatewayUrl: 'http://g', docsUrl: 'http://d', apiKeyFile: 'k', logsDir: 'l', services: {} };
    const run = { mode: 'local', pid: 1, startedAt: 'now', ...urls, databases: RUNNING };
    writeFileSync(join(dataDir, RUN_FILE), JSON.stringify(run));
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('are those of the running fleet where none is named', () => {
    expect(findDatabases({ dataDir }, {})).toEqual({ databaseUrl: RUNNING.url, timeSeries: RUNNING.timeSeries });
  });

  it('are the named ones, and then nothing of the running fleet', () => {
    const named = {
      databaseUrl: 'postgres://named/db',
      timeSeries: { driver: 'postgres', url: 'postgres://named/db' },
    };
    expect(findDatabases({ dataDir, databaseUrl: 'postgres://named/db' }, {})).toEqual(named);
    expect(findDatabases({ dataDir }, { QF_DATABASE_URL: 'postgres://named/db' })).toEqual(named);
  });

  it('are asked for where they are neither named nor running', () => {
    const elsewhere = join(dataDir, 'none');
    expect(() => requireDatabases({ dataDir: elsewhere }, {})).toThrow(
      `no fleet is running in ${elsewhere}: name a database`,
    );
    expect(() => requireDatabases({ dataDir, tsdb: 'tdengine' }, {})).toThrow('name the time-series database by');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RunFile } from '../src/run-file.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let dataDir: string;
let gateway: FakeGateway | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'qf-status-'));
});

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  rmSync(dataDir, { recursive: true });
});

const status = (...args: string[]) => runCli(['status', ...args], { cwd: dataDir, env: { QF_DATA_DIR: dataDir } });

const AUTH = { auth: { url: 'http://127.0.0.1:7001', pid: 4711 } };

function writeRun(gatewayUrl: string, services: RunFile['services'] = AUTH): void {
  const run: RunFile = {
    mode: 'local',
    pid: 4711,
    startedAt: '2026-01-05T01:30:00.000Z',
    gatewayUrl,
    docsUrl: `${gatewayUrl}/api/docs`,
    apiKeyFile: join(dataDir, 'api-key'),
    logsDir: join(dataDir, 'logs'),
    services,
  };
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify(run));
}

describe('quotefleet status', () => {
  it('gives scripts the URLs, the readiness of each service and where the key is', async () => {
    const services = { auth: { ready: true, checks: [{ name: 'database', ok: true }] } };
    gateway = await startFakeGateway(() => ({ status: 200, body: { ready: true, services } }));
    writeRun(gateway.url);
    const run = await status('--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      running: true,
      ready: true,
      mode: 'local',
      pid: 4711,
      gatewayUrl: gateway.url,
      docsUrl: `${gateway.url}/api/docs`,
      apiKeyFile: join(dataDir, 'api-key'),
      services: { auth: { ready: true, url: 'http://127.0.0.1:7001', pid: 4711 } },
    });
  });

  it('names what a service waits for, with exit code 1', async () => {
    const services = {
      auth: { ready: false, checks: [{ name: 'database', ok: false, reason: 'connection refused' }] },
    };
    gateway = await startFakeGateway(() => ({ status: 503, body: { ready: false, services } }));
    writeRun(gateway.url);
    const run = await status();
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('is not ready');
    expect(run.stdout).toMatch(/auth +not ready \(database: connection refused\)/);
  });

  it('is not ready while a service that the gateway does not call is away', async () => {
    gateway = await startFakeGateway(() => ({ status: 200, body: { ready: true, services: {} } }));
    writeRun(gateway.url, { 'market-data-writer': { url: 'http://127.0.0.1:1', pid: 4712 } });
    const run = await status();
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/market-data-writer +not ready \(service: does not answer\)/);
  });

  it('says that nothing runs, with exit code 1', async () => {
    const run = await status();
    expect(run).toMatchObject({
      code: 1,
      stdout: `Quotefleet is not running in ${dataDir} (start it with npm start).\n`,
    });
  });

  it('does not believe the run file of a fleet that was killed', async () => {
    writeRun('http://127.0.0.1:1');
    const run = await status('--json');
    expect(run.code).toBe(1);
    expect(JSON.parse(run.stdout)).toMatchObject({ running: false, ready: false });
  });
});

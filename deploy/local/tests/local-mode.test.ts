import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BarPage, Quote, ServerMessage, SubscribeReply } from '@quotefleet/contracts';
import { io } from 'socket.io-client';
import { hearFarewells } from './farewells.ts';
import { alive, expectPromptStop, Launched, until } from './launched.ts';

/** In the middle of a trading day, whatever the clock on the wall says. */
const TRADING = { QF_SIM_START: '2026-07-15T10:00:00', QF_SIM_SPEED: '60', QF_SIM_HISTORY_DAYS: '5' };

const TICK = {
  ...{ symbol: '600519.SH', ts: Date.parse('2026-07-15T10:00:00+08:00') },
  ...{ last: 10.5, open: 10, high: 11, low: 10, preClose: 10, volume: 100, amount: 1050 },
  ...{ bidPrices: [], bidVolumes: [], askPrices: [], askVolumes: [] },
};

let root: string;
let launched: Launched | undefined;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'qf-local-'));
});

afterEach(async () => {
  if (launched && alive([launched.pid]).length > 0) await launched.end('SIGKILL');
  launched = undefined;
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function start(name: string, env: Record<string, string> = TRADING): Launched {
  launched = new Launched({ main: 'main.ts', dataDir: join(root, name), env });
  return launched;
}

/** Messages of two rooms until each has one. */
async function subscribe(gatewayUrl: string, apiKey: string): Promise<Map<string, ServerMessage>> {
  const rooms = ['tick:600519.SH', 'bar:600519.SH:1m'];
  const socket = io(`${gatewayUrl}/market`, { auth: { apiKey } });
  const latest = new Map<string, ServerMessage>();
  try {
    socket.on('messages', (frame: ServerMessage[]) => {
      for (const message of frame) latest.set(message.room, message);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const reply: SubscribeReply = await socket.timeout(5000).emitWithAck('subscribe', { rooms });
    expect(reply.results).toMatchObject(rooms.map((room) => ({ room, accepted: true })));
    await until(
      () => latest.size === rooms.length,
      15_000,
      () => `messages came of ${[...latest.keys()]} alone`,
    );
  } finally {
    socket.disconnect();
  }
  return latest;
}

/** The command as `npx quotefleet` runs it. */
function runCli(fleet: Launched, ...args: string[]) {
  const main = resolve(import.meta.dirname, '../../cli/src/main.ts');
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, QF_DATA_DIR: fleet.dataDir };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { code: status, stdout, stderr };
}

const quote = (fleet: Launched) => fleet.get('/api/v1/realtime/stock/600519.SH');

async function bars(fleet: Launched): Promise<BarPage['bars']> {
  const { status, data } = await fleet.get(
    '/api/v1/historical/stock/600519.SH?period=1m&start=2026-07-15&end=2026-07-15',
  );
  expect(status).toBe(200);
  return (data as BarPage).bars;
}

describe('npm start', () => {
  it('answers quote, bars and subscription within seconds, and keeps everything over a restart and a kill', async () => {
    const first = start('main');
    const run = await first.ready();
    expect(first.stdout).toContain(run.gatewayUrl);
    expect(first.stdout).toContain(first.apiKey());
    for (const secret of ['api-key', 'run.json']) expect(statSync(join(root, 'main', secret)).mode & 0o777).toBe(0o600);
    const password = new URL(run.databases?.url ?? '').password;
    expect(password.length).toBeGreaterThan(8);
    expect(first.stdout).not.toContain(password);
    await until(async () => (await quote(first)).status === 200, 10_000);
    expect((await quote(first)).data).toMatchObject({ symbol: '600519.SH', bids: expect.any(Array) });
    const messages = await subscribe(run.gatewayUrl, first.apiKey());
    expect(messages.get('tick:600519.SH')).toMatchObject({ type: 'tick', payload: { symbol: '600519.SH' } });
    expect(messages.get('bar:600519.SH:1m')).toMatchObject({ type: 'bar', payload: { period: '1m' } });
    let stored: BarPage['bars'] = [];
    await until(async () => {
      stored = (await bars(first)).filter((bar) => bar.final);
      return stored.length >= 2;
    }, 15_000);

    const key = first.apiKey();
    const client = await hearFarewells(run.gatewayUrl, key);
    expectPromptStop(first, await first.end('SIGINT'));
    expect(client.codes).toEqual(['SERVER_STOPPING']);
    client.close();
    expect(existsSync(join(root, 'main', 'run.json'))).toBe(false);

    const quiet = { QF_SOURCE: 'none' };
    const second = start('main', quiet);
    await second.ready();
    expect(second.apiKey()).toBe(key);
    expect((await bars(second)).slice(0, stored.length)).toEqual(stored);
    expect(((await quote(second)).data as Quote).last).toBeGreaterThan(0);
    await second.end('SIGKILL');

    const third = start('main', quiet);
    await third.ready();
    expect(third.apiKey()).toBe(key);
    expect((await bars(third)).slice(0, stored.length)).toEqual(stored);
    expectPromptStop(third, await third.end('SIGTERM'));
  }, 120_000);

  it('serves the command line: status, import with its quarantine, and subscribe', async () => {
    const fleet = start('cli', { QF_SOURCE: 'none' });
    await fleet.ready();
    const status = runCli(fleet, 'status', '--json');
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({
      ready: true,
      mode: 'local',
      services: { cache: { ready: true } },
    });

    const file = join(root, '600519.csv');
    writeFileSync(file, 'date,open,high,low,close,volume\n2026-07-14,10,11,9,10,100\n2026-07-15,10,11,12,10,100\n');
    const load = () => runCli(fleet, 'import', file, '--format', 'generic', '--json');
    const loaded = load();
    expect(loaded.code).toBe(2);
    expect(JSON.parse(loaded.stdout)).toMatchObject({ rows: 2, accepted: 1, quarantine: [{ file, line: 3 }] });
    expect(JSON.parse(load().stdout)).toMatchObject({ rows: 2, accepted: 0, unchanged: 1, quarantined: 1 });

    await fleet.post('/api/v1/ingest/ticks', { ticks: [TICK] });
    const subscribed = runCli(fleet, 'subscribe', 'tick:600519.SH', '--count', '1');
    expect(subscribed.code).toBe(0);
    expect(JSON.parse(subscribed.stdout)).toMatchObject({ type: 'tick', payload: { last: 10.5, source: 'api' } });
    const refused = runCli(fleet, 'subscribe', 'tock:600519.SH');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('tock:600519.SH was refused');
  }, 60_000);

  it('refuses a second instance on the same data directory and lets the first one be', async () => {
    const first = start('twice', { QF_SOURCE: 'none' });
    await first.ready();
    const second = new Launched({ main: 'main.ts', dataDir: first.dataDir });
    expect(await second.exited).toBe(1);
    expect(second.stderr).toBe(`the data directory ${first.dataDir} is already in use by another instance\n`);
    expect((await first.get('/api/v1/calendar?start=2026-01-05&end=2026-01-05')).status).toBe(200);
    expectPromptStop(first, await first.end('SIGTERM'));
  }, 60_000);

  it.each([0.3, 1.5, 3])(
    'leaves no process when Ctrl-C is pressed %d s into the start',
    async (seconds) => {
      const fleet = start(`early-${seconds}`);
      const family = new Set<number>();
      const watch = setInterval(() => {
        for (const pid of fleet.family()) family.add(pid);
      }, 100);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      const stopped = await fleet.end('SIGINT');
      clearInterval(watch);
      expect(stopped.tookMs).toBeLessThan(5000);
      expect(alive([...family])).toEqual([]);
    },
    30_000,
  );
});

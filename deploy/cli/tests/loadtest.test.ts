import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MARKET_NAMESPACE, SOCKET_EVENTS } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { Server } from 'socket.io';
import { envelope, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(60_000);

let cwd: string;
/** Calls to subscribe. */
let served = 0;
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  served = 0;
  cwd = mkdtempSync(join(tmpdir(), 'qf-loadtest-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(cwd, { recursive: true });
});

const ENV = { QF_API_KEY: 'key-12345' };

/** Sends every subscriber of a room a tick each 20 ms; every `lossEvery`th is left out. */
async function startMarket(lossEvery = Number.POSITIVE_INFINITY): Promise<string> {
  const server = createServer();
  const io = new Server(server);
  const market = io.of(MARKET_NAMESPACE);
  let seq = 0;
  market.on('connection', (socket) => {
    socket.on(SOCKET_EVENTS.subscribe, ({ rooms }: { rooms: string[] }, reply: (answer: object) => void) => {
      served += 1;
      void socket.join(rooms);
      reply({ results: rooms.map((room) => ({ requested: room, room, accepted: true, mode: 'raw' })) });
    });
  });
  const timer = setInterval(() => {
    seq += 1;
    if (seq % lossEvery === 0) return;
    const position = { traceId: 't', epoch: 'e', seq, prevSeq: seq - 1, ts: Date.now() };
    const message = { type: 'tick', room: 'tick:600519.SH', payload: {}, ...position };
    market.to(message.room).emit(SOCKET_EVENTS.messages, [message]);
  }, 20);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    clearInterval(timer);
    await io.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function loadtestRealtime(url: string, ...args: string[]) {
  const load = ['--connections', '4', '--room-list', 'tick:600519.SH', '--duration', '1'];
  return runCli(['loadtest', 'realtime', '--url', url, ...load, ...args], { cwd, env: ENV });
}

describe('quotefleet loadtest realtime', () => {
  it('says that nothing was lost, and writes a report', async () => {
    const { code, stdout, stderr } = await loadtestRealtime(await startMarket(), '--report', 'out');
    expect(stdout).toMatch(/^connections {2}4 of 4 ready, 4 open at the end\n/);
    expect(stdout).toMatch(/messages audited on 4 connections: nothing lost in silence, doubled or out of order/);
    expect(code).toBe(0);
    expect(stderr).toContain('The report is in out/realtime.html.');
    expect(readFileSync(join(cwd, 'out/realtime.html'), 'utf8')).toContain('<svg ');
    const report = JSON.parse(readFileSync(join(cwd, 'out/realtime.json'), 'utf8'));
    expect(report).toMatchObject({ kind: 'realtime', isClean: true, connections: { ready: 4 } });
    expect(JSON.stringify(report)).not.toContain('key-12345');
  });

  it('reports what there is when it is interrupted', async () => {
    const args = ['--connections', '4', '--room-list', 'tick:600519.SH', '--duration', '3600', '--report', 'out'];
    const url = await startMarket();
    const { code, stdout, stderr } = await runCli(['loadtest', 'realtime', '--url', url, ...args], {
      ...{ cwd, env: ENV },
      onSpawn: (child) => {
        const subscribed = () => served >= 4;
        void waitUntil(subscribed, { timeoutMs: 30_000 })
          .then(() => sleep(2500))
          .then(() => child.kill('SIGINT'));
      },
    });
    expect(stderr).toContain('Stopping: what there is so far is reported.');
    expect(stdout).toMatch(/audited on 4 connections: nothing lost .* or out of order; stopped after \d+\.\d s\.\n$/);
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(join(cwd, 'out/realtime.json'), 'utf8'));
    expect(report).toMatchObject({ isStopped: true, isClean: true });
  });

  it('ends with code 1 where ticks are lost in silence', async () => {
    const { code, stdout } = await loadtestRealtime(await startMarket(10), '--json');
    expect(code).toBe(1);
    const { audit, isClean } = JSON.parse(stdout);
    expect(isClean).toBe(false);
    expect(audit.violations.hole).toBeGreaterThan(0);
  });

  it('says what is wrong where no connection came to be', async () => {
    const { url, close } = await startFakeGateway(() => ({ status: 403, body: {} }));
    closers.push(close);
    const { code, stderr } = await loadtestRealtime(url, '--connections', '1');
    expect([code, stderr.split('\n').at(-2)]).toEqual([1, 'no connection came to be: HTTP 403 (5)']);
  });

  it('says what is wrong with options before it begins', async () => {
    writeFileSync(join(cwd, 'file'), '');
    for (const [args, words] of [
      [['--room-list', ' ,'], 'expected --room-list to name rooms'],
      [['--kafka', '127.0.0.1:1'], '--kafka needs --rate'],
      [['--addresses', '127.0.0.1,here'], "expected --addresses to be IP addresses, was 'here'"],
      [['--report', 'file/out'], 'cannot write a report to file/out: ENOTDIR'],
    ] as const) {
      const { code, stderr } = await loadtestRealtime('http://127.0.0.1:1', ...args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    }
  });

  it('does not begin where processes may not open files enough', async () => {
    const { code, stderr } = await loadtestRealtime(
      'http://127.0.0.1:1',
      '--connections',
      '99999999',
      '--workers',
      '1',
    );
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^a process may open \d+ files here: raise ulimit -n/)]);
  });
});

describe('quotefleet loadtest api', () => {
  const stocks = envelope({ instruments: [{ symbol: '600519.SH' }, { symbol: '000001.SZ' }] });

  async function loadtestApi(status: number, ...args: string[]) {
    const gateway = await startFakeGateway((path) =>
      path.includes('/stocks/list') ? { status: 200, body: stocks } : { status, body: {} },
    );
    closers.push(gateway.close);
    const load = ['--connections', '2', '--duration', '1', '--rate', '50'];
    const run = await runCli(['loadtest', 'api', '--url', gateway.url, ...load, ...args], { cwd, env: ENV });
    return { ...run, paths: gateway.requests.map(({ path }) => path) };
  }

  it('asks the given mix, and writes a report', async () => {
    writeFileSync(join(cwd, 'mix.yaml'), '- { kind: own, weight: 1, path: "/own/{symbol}" }\n');
    const { code, stdout, paths } = await loadtestApi(200, '--mix', 'mix.yaml', '--report', 'out');
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^answers {6}\d+\/s \(200 50\)$/)]);
    expect(new Set(paths.slice(1))).toEqual(new Set(['/own/600519.SH', '/own/000001.SZ']));
    expect(readFileSync(join(cwd, 'out/api.html'), 'utf8')).toContain('<svg ');
  });

  it('tells failures from refusals by the exit code', async () => {
    expect((await loadtestApi(503)).code).toBe(1);
    expect((await loadtestApi(429)).code).toBe(2);
  });

  it('says what is wrong with a mix', async () => {
    writeFileSync(join(cwd, 'mix.yaml'), '- { kind: own, weight: none, path: "/own" }\n');
    const { code, stderr } = await loadtestApi(200, '--mix', 'mix.yaml');
    expect([code, stderr]).toEqual([1, expect.stringContaining('mix.yaml: expected a list of {kind, weight, path}')]);
  });
});

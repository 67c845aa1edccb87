import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort, startKafka, startNginx, startPostgres, startRedis } from '@quotefleet/native-servers';
import { Closers } from '@quotefleet/service-kit';
import { ended } from '../child.ts';
import { childrenOf } from './process-cpu.ts';

const READY_TIMEOUT_MS = 30_000;
const API_KEY = 'bench-key-of-the-gateway';
/** A read that any role may make; the upstream answers every path alike. */
const PATH = '/api/v1/stocks/600519.SH/info';
const PLAIN_PATH = '/plain';
const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Limits that are counted and never reached; a route that asks for no key and is retried, kept or queued by nothing. */
const GATEWAY_FILE = `limits:
  plans:
    anonymous: { capacity: 100000000, refillPerSecond: 100000000 }
    admin: { capacity: 100000000, refillPerSecond: 100000000 }
  global: { capacity: 100000000, refillPerSecond: 100000000 }
ownRoutes:
  - { id: plain, path: ${PLAIN_PATH}, upstream: cache, scope: public, cost: 0, retries: 0 }
`;

/** One way to the upstream. */
export interface Target {
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The processes whose time counts. */
  pids: readonly number[];
}

/** What is compared, and what it stands on. */
export interface Stand {
  direct: Target;
  targets: readonly Target[];
  close(): Promise<void>;
}

export async function buildStand(): Promise<Stand> {
  const closers = new Closers();
  const close = () => closers.close();
  try {
    const home = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
    closers.add('home', async () => rmSync(home, { recursive: true, force: true }));
    const postgres = await startPostgres({ dataDir: join(home, 'postgres'), persistent: false });
    closers.add('postgres', postgres.stop);
    const redis = await startRedis();
    closers.add('redis', redis.stop);
    const kafka = await startKafka({ dataDir: join(home, 'kafka') });
    closers.add('kafka', kafka.stop);
    const upstream = (await startPrinting(closers, 'upstream-main.ts')).url;
    const bare = await startPrinting(closers, 'bare-proxy-main.ts', upstream);
    const nginx = await startNginx({ http: (port) => nginxHttp(port, upstream) });
    closers.add('nginx', nginx.stop);
    const authPort = await freePort();
    startService(closers, 'services/auth/src/main.ts', {
      QF_AUTH_PORT: String(authPort),
      QF_DATABASE_URL: postgres.url,
      QF_BOOTSTRAP_API_KEY: API_KEY,
      QF_KAFKA_BROKERS: kafka.brokers.join(','),
    });
    const port = await freePort();
    const config = join(home, 'gateway.yaml');
    writeFileSync(config, GATEWAY_FILE);
    const gatewayProcess = startService(closers, 'gateway/src/main.ts', {
      QF_PORT: String(port),
      QF_AUTH_URL: `http://127.0.0.1:${authPort}`,
      QF_CACHE_URL: upstream,
      QF_REDIS_URL: redis.url,
      QF_KAFKA_BROKERS: kafka.brokers.join(','),
      QF_GATEWAY_CONFIG: config,
    });
    const url = `http://127.0.0.1:${port}`;
    const headers = { 'x-api-key': API_KEY };
    await untilOk(`${url}${PATH}`, headers);
    const pids = [gatewayProcess.pid ?? 0];
    return {
      direct: { name: 'direct', url: `${upstream}${PATH}`, headers: {}, pids: [] },
      targets: [
        { name: 'nginx', url: `${nginx.url}${PATH}`, headers: {}, pids: childrenOf(nginx.pid) },
        { name: 'bare', url: `${bare.url}${PATH}`, headers: {}, pids: [bare.pid] },
        { name: 'gateway', url: `${url}${PATH}`, headers, pids },
        { name: 'plain', url: `${url}${PLAIN_PATH}`, headers: {}, pids },
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server of this folder, which prints its port. */
async function startPrinting(closers: Closers, main: string, ...args: string[]): Promise<{ url: string; pid: number }> {
  const child = spawn(process.execPath, [file(`bench/src/http/${main}`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closers.add('child', () => ended(child));
  const [port] = await once(createInterface(child.stdout), 'line');
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 };
}

function startService(closers: Closers, main: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file(main)], {
    env: { ...process.env, QF_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  closers.add('child', () => ended(child));
  return child;
}

async function untilOk(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let seen = 'nothing';
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { headers });
      if (response.status === 200) return;
      seen = `${response.status} ${await response.text()}`;
    } catch (error) {
      seen = String(error);
    }
    await sleep(100);
  }
  throw new Error(`${url} was not there within ${READY_TIMEOUT_MS} ms: ${seen.slice(0, 300)}`);
}

const nginxHttp = (port: number, upstream: string) => `
  upstream behind { server ${new URL(upstream).host}; keepalive 128; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000;
    location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`;

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createAuthService, parseAuthConfig } from '@quotefleet/auth';
import { createGatewayService, parseGatewayConfig } from '@quotefleet/gateway';
import { generateMasterKey } from '@quotefleet/secrets';
import { createLogger, type RunningService } from '@quotefleet/service-kit';
import { createSyncService, parseSyncConfig } from '@quotefleet/sync';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';

// Kafka, a database and four services start.
jest.setTimeout(180_000);

const PASSWORD = 'correct horse battery';
const BOOTSTRAP = 'bootstrap-of-revocation-test';
/** So that no limit is what refuses a call. */
const UNLIMITED = `limits:
  plans:
    user: { capacity: 1000000, refillPerSecond: 1000000 }
    anonymous: { capacity: 1000000, refillPerSecond: 1000000 }
  routes:
    login: { capacity: 1000000, refillPerSecond: 1000000 }
    registerUser: { capacity: 1000000, refillPerSecond: 1000000 }
  credentials: { capacity: 1000000, refillPerSecond: 1000000 }
`;
const ROUNDS = 20;
const LOAD_LANES = 6;
/** The target is 1 s; this machine may be busy with other things. */
const BOUND_MS = 3000;

interface SignedIn {
  accessToken: string;
  refreshToken: string;
}

describeWith(['postgres', 'kafka'], 'revocation in a fleet of two gateways', (servers) => {
  const database = isolatedDatabase(servers);
  const services: RunningService[] = [];
  let home: string;
  let gateways: string[];
  let authUrls: string[];
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'qf-revocation-'));
    const file = join(home, 'gateway.yaml');
    writeFileSync(file, UNLIMITED);
    const logger = createLogger({ service: 'test', level: 'silent' });
    const common = { QF_DATABASE_URL: database.url, QF_KAFKA_BROKERS: servers.kafka.brokers.join(',') };
    const authEnv = {
      ...{ ...common, QF_AUTH_PORT: '0', QF_BCRYPT_COST: '4', QF_MASTER_KEY: generateMasterKey() },
      ...{ QF_BOOTSTRAP_API_KEY: BOOTSTRAP, QF_SIGNING_KEY_LEAD_SECONDS: '3' },
    };
    const started = async (starting: Promise<RunningService>) => {
      const service = await starting;
      services.unshift(service);
      return service.url;
    };
    const auth = () => started(createAuthService(parseAuthConfig(authEnv), { logger }));
    authUrls = [await auth(), await auth()];
    await started(createSyncService(parseSyncConfig({ ...common, QF_SYNC_PORT: '0' }), { logger }));
    gateways = [];
    for (const url of authUrls) {
      const env = { ...common, QF_PORT: '0', QF_AUTH_URL: url, QF_GATEWAY_CONFIG: file };
      gateways.push(await started(createGatewayService(parseGatewayConfig(env), { logger })));
    }
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function post(path: string, body?: object, headers: Record<string, string> = {}) {
    const [gateway = ''] = gateways;
    const json = body ? { 'content-type': 'application/json' } : {};
    const init = { method: 'POST', headers: { ...json, ...headers }, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${gateway}/api/v1${path}`, init);
    const answer = (await response.json()) as { data: SignedIn & { id: string } };
    if (response.status >= 400) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    const { data } = answer;
    return { status: response.status, data };
  }
  const byToken = (token: string) => ({ authorization: `Bearer ${token}` });
  async function statusOf(gateway: string, token: string): Promise<number> {
    const response = await fetch(`${gateway}/api/v1/auth/me`, { headers: byToken(token) });
    await response.body?.cancel();
    return response.status;
  }
  async function signUp(username: string): Promise<SignedIn & { id: string }> {
    const registered = await post('/auth/register', { username, password: PASSWORD });
    const { data } = await post('/auth/login', { username, password: PASSWORD });
    return { ...data, id: registered.data.id };
  }

  /** Calls by a token that stays good, as fast as they are answered; each must be. */
  function startLoad(token: string) {
    const stopping = new AbortController();
    const wrong: number[] = [];
    let answered = 0;
    const lanes = Array.from({ length: LOAD_LANES }, async (_, lane) => {
      while (!stopping.signal.aborted) {
        const status = await statusOf(gateways[lane % gateways.length] ?? '', token);
        if (status !== 200) wrong.push(status);
        answered += 1;
      }
    });
    return async () => {
      stopping.abort();
      await Promise.all(lanes);
      return { answered, wrong };
    };
  }

  /** How long after `revoke` resolved each gateway refuses the token, ms. */
  async function measure(token: string, revoke: () => Promise<unknown>): Promise<number[]> {
    for (const gateway of gateways) expect(await statusOf(gateway, token)).toBe(200);
    await revoke();
    const revokedAt = performance.now();
    return Promise.all(
      gateways.map(async (gateway) => {
        while ((await statusOf(gateway, token)) === 200) {
          if (performance.now() - revokedAt > BOUND_MS) return Number.POSITIVE_INFINITY;
          await sleep(5);
        }
        return performance.now() - revokedAt;
      }),
    );
  }

  function report(what: string, timesMs: number[]): void {
    const sorted = timesMs.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
    const figures = { what, times: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
    process.stdout.write(`${JSON.stringify({ test: 'revocation', ...figures })}\n`);
    expect(at(1)).toBeLessThan(BOUND_MS);
  }

  it('of sessions reaches both within a second, under load, and harms nobody else', async () => {
    const bystander = await signUp('bystander');
    const stopLoad = startLoad(bystander.accessToken);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { accessToken } = await signUp(`leaver-${round}`);
      times.push(...(await measure(accessToken, () => post('/auth/logout', undefined, byToken(accessToken)))));
    }
    const { answered, wrong } = await stopLoad();
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    report(`sessions, beside ${answered} calls`, times);
  });

  it('of users reaches both within a second, and lets the token of a new role in', async () => {
    const admin = { 'x-api-key': BOOTSTRAP };
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const { id, accessToken, refreshToken } = await signUp(`riser-${round}`);
      times.push(...(await measure(accessToken, () => post(`/users/${id}/role`, { role: 'pro' }, admin))));
      const refreshed = await post('/auth/refresh', { refreshToken });
      for (const gateway of gateways) expect(await statusOf(gateway, refreshed.data.accessToken)).toBe(200);
      times.push(...(await measure(refreshed.data.accessToken, () => post(`/users/${id}/disable`, undefined, admin))));
    }
    report('users', times);
  });

  it('is not needed to change the signing key: nobody is signed out, whichever auth signs', async () => {
    const { accessToken, refreshToken } = await signUp('steady');
    const stopLoad = startLoad(accessToken);
    const admin = { 'x-api-key': BOOTSTRAP };
    const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
    const published = async () => {
      const sets = await Promise.all(authUrls.map(async (url) => (await fetch(`${url}/.well-known/jwks.json`)).json()));
      return sets.map((set) => (set as { keys: { kid: string }[] }).keys.map(({ kid }) => kid));
    };
    const [before] = await published();
    const answers = await Promise.all([1, 2, 3].map(() => post('/auth/signing-keys/rotate', undefined, admin)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [first, second] = await published();
    expect(first).toHaveLength((before?.length ?? 0) + 1);
    expect(second).toEqual(first);

    const tokens: string[] = [accessToken];
    let latest = refreshToken;
    const deadline = performance.now() + 20_000;
    while (new Set(tokens.map(kidOf)).size < 2 && performance.now() < deadline) {
      const { status, data } = await post('/auth/refresh', { refreshToken: latest });
      expect(status).toBe(200);
      latest = data.refreshToken;
      tokens.push(data.accessToken);
      await sleep(200);
    }
    expect(new Set(tokens.map(kidOf)).size).toBe(2);
    for (const gateway of gateways)
      for (const token of [accessToken, tokens.at(-1) ?? '']) expect(await statusOf(gateway, token)).toBe(200);
    expect((await stopLoad()).wrong).toEqual([]);
  });

  it('is told to a gateway that starts later', async () => {
    const { accessToken } = await signUp('early-leaver');
    await measure(accessToken, () => post('/auth/logout', undefined, byToken(accessToken)));
    const [url = ''] = authUrls;
    const env = { QF_PORT: '0', QF_AUTH_URL: url, QF_KAFKA_BROKERS: servers.kafka.brokers.join(',') };
    const logger = createLogger({ service: 'test', level: 'silent' });
    const late = await createGatewayService(parseGatewayConfig(env), { logger });
    expect(await statusOf(late.url, accessToken)).toBe(401);
    const { accessToken: good } = await signUp('latecomer');
    expect(await statusOf(late.url, good)).toBe(200);
    await late.stop();
  });
});

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Endpoint } from '@quotefleet/contracts';
import { createFieldCipher, createSecretManager, generateMasterKey, parseKeyRing } from '@quotefleet/secrets';
import express, { Router } from 'express';
import { z } from 'zod';
import {
  AppError,
  createApp,
  createHttpClient,
  createLogger,
  createMetrics,
  Health,
  type ListeningServer,
  listen,
  mount,
  openEnvironment,
  unavailable,
} from '../src/index.ts';

const MASTER_KEY = generateMasterKey();
const ring = parseKeyRing(MASTER_KEY);
/** Follows no form: only known because the configuration holds it. */
const ODD_PASSWORD = 'correct horse/battery"staple';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwtBody = `${base64({ alg: 'EdDSA', kid: '1' })}.${base64({ sub: 'somebody', scope: 'read' })}`;

/** Every kind of secret the fleet handles. */
const SECRETS = {
  apiKey: 'qf_aPiKeYaPiKeYaPiKeY1',
  refreshToken: 'qfr_rEfReShToKeNrEfReSh2',
  jwt: `${jwtBody}.${createHmac('sha256', 'x').update(jwtBody).digest('base64url')}`,
  databasePassword: 'dB-pAsSwOrD-3',
  oddPassword: ODD_PASSWORD,
  masterKey: MASTER_KEY,
  sealedValue: createSecretManager(ring).seal('x'),
  sealedField: createFieldCipher(ring).seal('email', 'x'),
  cookie: 'sid=cOoKiE4; csrf=cOoKiE5',
  totpSeed: 'JBSWY3DPEHPK3PXP',
  webhookSecret: 'wEbHoOk-6',
};

/** Each secret the way it comes up: under its name, or in a text of its usual form. */
const WAYS: Record<keyof typeof SECRETS, (secret: string) => { members: object; text: string }> = {
  apiKey: (secret) => ({ members: { 'x-api-key': secret, apiKey: secret }, text: `the key ${secret} was refused` }),
  refreshToken: (secret) => ({ members: { refresh_token: secret }, text: `family of ${secret} revoked` }),
  jwt: (secret) => ({ members: { authorization: `Bearer ${secret}` }, text: `Authorization: Bearer ${secret}` }),
  databasePassword: (secret) => ({
    members: { url: `postgres://app:${secret}@db:5432/x`, password: secret },
    text: `connect to postgres://app:${secret}@db:5432/x failed`,
  }),
  oddPassword: (secret) => ({ members: { note: secret }, text: `login of app with ${secret} failed` }),
  masterKey: (secret) => ({ members: { masterKey: secret, QF_MASTER_KEY: secret }, text: `not a key: ${secret}` }),
  sealedValue: (secret) => ({ members: { value: secret }, text: `cannot open ${secret}` }),
  sealedField: (secret) => ({ members: { emailSealed: secret }, text: `cannot open ${secret}` }),
  cookie: (secret) => ({ members: { cookie: secret, 'set-cookie': [secret] }, text: `Cookie: ${secret}` }),
  totpSeed: (secret) => ({ members: { totpSeed: secret, totp: secret }, text: `otpauth://totp/x?secret=${secret}` }),
  webhookSecret: (secret) => ({ members: { webhookSecret: secret }, text: `POST /hook?secret=${secret}` }),
};

const cases = (Object.keys(SECRETS) as (keyof typeof SECRETS)[]).map((name) => ({
  name,
  secret: SECRETS[name],
  ...WAYS[name](SECRETS[name]),
}));

/** The secrets that a text shows, in whatever spelling. */
function shown(text: string): string[] {
  const parts = Object.entries(SECRETS).flatMap(([name, secret]) =>
    [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      ...(name === 'cookie' ? ['cOoKiE'] : []),
    ].map((part) => [name, part] as const),
  );
  return parts.filter(([, part]) => text.includes(part)).map(([name]) => name);
}

/** An error as drivers make them: with the secret in message, stack, code, properties and causes. */
function faultOf(text: string, members: object): Error {
  const cause = Object.assign(new Error(text), { config: members, code: text });
  return new AggregateError([Object.assign(new TypeError(text), members)], text, { cause });
}

const endpoint = {
  id: 'leak',
  method: 'post',
  path: '/leak/{way}',
  tag: 'test',
  summary: 'Fails with a secret',
  access: 'public',
  params: z.object({ way: z.string() }),
  query: z.object({ limit: z.coerce.number().default(1) }),
  body: z.object({ name: z.enum(Object.keys(SECRETS) as [string]), extra: z.number().optional() }).strict(),
  data: z.object({ done: z.boolean() }),
} as const satisfies Endpoint;

describe('what a service lets out', () => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', level: 'trace', destination: { write: (line) => lines.push(line) } });
  const health = new Health();
  const metrics = createMetrics('test');
  let server: ListeningServer;

  beforeAll(async () => {
    await openEnvironment({
      QF_MASTER_KEY: MASTER_KEY,
      QF_SMTP_PASSWORD: createSecretManager(ring).seal(ODD_PASSWORD),
    });
    const routes = Router();
    mount(
      routes,
      endpoint,
      ({ params, body }) => {
        const { text, members } = cases.find(({ name }) => name === body.name) ?? { text: '', members: {} };
        const fault = faultOf(text, members);
        if (params.way === 'unavailable') throw unavailable('not now', { cause: fault });
        if (params.way === 'app') throw new AppError('INTERNAL', 'internal error', { cause: fault });
        if (params.way === 'text') throw text;
        throw fault;
      },
      express.json(),
    );
    for (const { name, text, members } of cases) health.addCheck(name, () => Promise.reject(faultOf(text, members)));
    server = await listen(createApp({ logger, metrics, health, routes }), { host: '127.0.0.1', port: 0 });
    health.markRunning();
  });
  afterAll(() => server.close());

  it.each(cases)('is no $name in a log line', ({ text, members }) => {
    const from = lines.length;
    for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const) {
      logger[level](members, text);
      logger[level]({ deep: { deeper: { deepest: { ...members, list: [members] } } } }, '%s and %o', text, members);
      logger[level]({ err: faultOf(text, members), body: JSON.stringify({ body: JSON.stringify(members) }) });
      logger.child(members)[level](text);
    }
    logger.error(faultOf(text, members));
    expect(lines.length - from).toBe(25);
    expect(shown(lines.slice(from).join(''))).toEqual([]);
    for (const line of lines.slice(from)) expect(() => JSON.parse(line)).not.toThrow();
  });

  it.each(cases)(
    "is no $name in an answer, its log lines or a client's error",
    async ({ name, secret, text, members }) => {
      const from = lines.length;
      const client = createHttpClient({ baseUrl: server.url, timeoutMs: 10_000 });
      try {
        for (const way of ['fault', 'unavailable', 'app', 'text']) {
          const headers = { authorization: `Bearer ${secret.replaceAll(/[^\x20-\x7e]/g, '')}` };
          const failed = await client
            .call(endpoint, { params: { way }, body: { name }, headers })
            .catch((error) => error);
          logger.warn({ err: failed }, 'the call failed');
          expect(shown(JSON.stringify([failed, failed.message]))).toEqual([]);
        }
      } finally {
        await client.close();
      }
      const answers = await Promise.all(
        [
          JSON.stringify({ name: secret }),
          JSON.stringify({ name, extra: members, more: text }),
          `{"name":"${secret}`,
        ].map(async (body) => {
          const headers = { 'content-type': 'application/json', cookie: SECRETS.cookie };
          return (await fetch(`${server.url}/leak/x?limit=x`, { method: 'POST', body, headers })).text();
        }),
      );
      expect(shown(answers.join(''))).toEqual([]);
      expect(shown(lines.slice(from).join(''))).toEqual([]);
    },
  );

  it.each(cases)('is no $name that came in a URL', async ({ secret }) => {
    const from = lines.length;
    await fetch(`${server.url}/${encodeURIComponent(secret)}?token=${encodeURIComponent(secret)}`);
    // The path is what the client asked for; forms that are secrets are still taken out of the log.
    const logged = shown(lines.slice(from).join(''));
    expect(
      logged.filter((name) => !['databasePassword', 'totpSeed', 'webhookSecret', 'cookie'].includes(name)),
    ).toEqual([]);
  });

  it('is none in the figures and the state of health', async () => {
    const texts = await Promise.all(
      ['/metrics', '/health/ready'].map(async (path) => (await fetch(server.url + path)).text()),
    );
    expect(texts[1]).toContain('databasePassword');
    expect(texts.flatMap((text) => shown(text.replaceAll(/"name":"\w+"/g, '')))).toEqual([]);
  });
});

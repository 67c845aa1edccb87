import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOSTILE_BODIES, HOSTILE_TEXTS } from './hostile-inputs.ts';
import { Launched } from './launched.ts';
import { type Document, type Operation, operationsOf } from './openapi-operations.ts';

/** So that no limit hides what a call does. */
const UNLIMITED = `limits:
  plans:
    admin: { capacity: 1000000, refillPerSecond: 1000000 }
    anonymous: { capacity: 1000000, refillPerSecond: 1000000 }
  credentials: { capacity: 1000000, refillPerSecond: 1000000 }
`;
/** Calls on their way at once. */
const LANES = 8;

interface Outcome {
  operation: Operation;
  input: string;
  status: number;
  type: string;
  text: string;
}

describe('every operation of the served OpenAPI documents', () => {
  let home: string;
  let fleet: Launched;
  let url: string;
  let apiKey: string;
  let operations: Operation[];
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'qf-fuzz-'));
    const file = join(home, 'gateway.yaml');
    writeFileSync(file, UNLIMITED);
    const env = { QF_SIM_START: '2026-07-15T10:00:00', QF_SIM_HISTORY_DAYS: '5', QF_GATEWAY_CONFIG: file };
    fleet = new Launched({ main: 'main.ts', dataDir: join(home, 'data'), env });
    url = (await fleet.ready()).gatewayUrl;
    apiKey = fleet.apiKey();
    const documents = await Promise.all(
      ['v1', 'v2'].map(async (version) => (await (await fetch(`${url}/openapi/${version}.json`)).json()) as Document),
    );
    operations = documents.flatMap(operationsOf);
  }, 60_000);
  afterAll(async () => {
    await fleet?.end('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  });

  it('answers hostile parameters as data or with a 4xx, in its own form, and never with a 5xx', async () => {
    const calls = operations.flatMap((operation) => [
      ...operation.parameters.flatMap((parameter) =>
        HOSTILE_TEXTS.map((text) => ({ operation, input: text, request: operation.withParameter(parameter, text) })),
      ),
      { operation, input: 'an unknown parameter', request: operation.withParameter('query:unknown', "' OR '1'='1") },
      { operation, input: 'a polluting parameter', request: operation.withParameter('query:__proto__[admin]', '1') },
    ]);
    expect(calls.length).toBeGreaterThan(1000);
    const outcomes = await inLanes(calls, ({ operation, input, request }) => call(operation, input, request));
    expectHandled(outcomes);
  }, 300_000);

  it('answers hostile bodies with a 4xx that is its own, and never with a 5xx', async () => {
    const calls = operations
      .filter(({ takesBody }) => takesBody)
      .flatMap((operation) =>
        HOSTILE_BODIES.map(({ name, body, type }) => ({
          operation,
          input: name,
          request: { ...operation.plain(), body, headers: { 'content-type': type } },
        })),
      );
    expect(calls.length).toBeGreaterThan(100);
    const outcomes = await inLanes(calls, ({ operation, input, request }) => call(operation, input, request));
    expectHandled(outcomes);
    // Where records stand each for itself, a report says that none was accepted.
    const taken = outcomes.filter(({ status, text }) => status < 400 && !text.includes('"accepted":0'));
    expect(taken.map(told)).toEqual([]);
  }, 300_000);

  it('lets nobody in without a key where it asks for one', async () => {
    const guarded = operations.filter(({ isPublic }) => !isPublic);
    const answers = await inLanes(guarded, async (operation) => {
      const { path, method } = operation.plain();
      const response = await fetch(url + path, { method });
      await response.arrayBuffer();
      return `${operation.id} ${response.status}`;
    });
    expect(answers.filter((answer) => !/ 40[01]$/.test(answer))).toEqual([]);
  }, 60_000);

  it('leaves the fleet whole', async () => {
    const [health, bars] = await Promise.all([
      fetch(`${url}/health/fleet`),
      fetch(`${url}/api/v1/historical/stock/600519?period=1d&limit=5`, { headers: { 'x-api-key': apiKey } }),
    ]);
    expect(health.status).toBe(200);
    expect(await bars.json()).toMatchObject({ data: { symbol: '600519.SH', bars: expect.any(Array) } });
  });

  async function call(
    operation: Operation,
    input: string,
    { path, method, body, headers }: ReturnType<Operation['plain']>,
  ): Promise<Outcome> {
    const init = { method, headers: { 'x-api-key': apiKey, ...headers }, ...(body === undefined ? {} : { body }) };
    const response = await fetch(url + path, init);
    const type = response.headers.get('content-type') ?? '';
    return { operation, input, status: response.status, type, text: await response.text() };
  }
});

/** No 5xx; errors in the form of their version; markup is never handed to a browser as such. */
function expectHandled(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ status }) => status >= 500).map(told)).toEqual([]);
  expect(outcomes.filter(({ type }) => /html|xml|javascript/.test(type)).map(told)).toEqual([]);
  const malformed = outcomes.filter((outcome) => outcome.status >= 400 && !isOwnError(outcome));
  expect(malformed.map(told)).toEqual([]);
}

function isOwnError({ operation, text, type }: Outcome): boolean {
  if (operation.ownErrors) return type.includes('json');
  const error = JSON.parse(text);
  return typeof error.code === 'string' && (type.includes('problem+json') || error.success === false);
}

const told = ({ operation, input, status, text }: Outcome) =>
  `${operation.id} <- ${input.slice(0, 60)}: ${status} ${text.slice(0, 200)}`;

async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { API_MIX, apiHtml, apiVerdict, runApiLoad } from '../src/index.ts';

let server: Server;

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** A status of 0 is no answer. */
async function serve(statusOf: (url: string) => number): Promise<string> {
  server = createServer((request, response) => {
    const status = statusOf(request.url ?? '');
    if (status > 0) response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([undefined, 200])('asks the mix at a pace of %p, and counts answers by status and kind', async (perSecond) => {
  const url = await serve((path) => (path.startsWith('/api/v1/calendar') ? 503 : 200));
  const pace = perSecond === undefined ? {} : { perSecond };
  const options = { url, apiKey: 'k', connections: 4, seconds: 1.2, mix: API_MIX, symbols: ['600519.SH'], ...pace };
  const result = await runApiLoad(options);
  const { statuses, byKind, answers, points } = result;
  expect(Object.keys(statuses)).toEqual(['200', '503']);
  expect(byKind.calendar?.count).toBe(statuses['503']);
  expect(answers).toBe((statuses['200'] ?? 0) + (statuses['503'] ?? 0));
  if (perSecond !== undefined) expect(answers).toBe(240);
  expect(points.length).toBeGreaterThan(0);
  const report = { kind: 'api', startedAt: '', url, options: {}, isStopped: false, result } as const;
  expect(apiVerdict(report)).toMatchObject({ isGood: false });
  expect(apiHtml(report)).toContain('status 503');
});

it.each([undefined, 50])('ends when it is told to, at a pace of %p', async (perSecond) => {
  const url = await serve(() => 200);
  const pace = perSecond === undefined ? {} : { perSecond };
  const options = { url, apiKey: 'k', connections: 2, mix: API_MIX, symbols: ['600519.SH'], ...pace };
  const result = await runApiLoad({ ...options, seconds: 3600, signal: AbortSignal.timeout(500) });
  expect(result.seconds).toBeLessThan(60);
  expect(Object.keys(result.statuses)).toEqual(['200']);
  const report = { kind: 'api', startedAt: '', url, options: {}, isStopped: true, result } as const;
  expect(apiVerdict(report).text).toMatch(/, none failed; stopped after \d+\.\d s\.$/);
});

it.each([undefined, 20])('counts what is not answered in the end, at a pace of %p', async (perSecond) => {
  let asked = 0;
  const url = await serve(() => (asked++ < 3 ? 200 : 0));
  const pace = perSecond === undefined ? {} : { perSecond };
  const options = { url, apiKey: 'k', connections: 2, mix: API_MIX, symbols: ['600519.SH'], ...pace };
  const { statuses, answers } = await runApiLoad({ ...options, seconds: 1, drainMs: 200 });
  expect(statuses).toEqual({ 200: 3, 0: perSecond === undefined ? 2 : 17 });
  expect(answers).toBe(perSecond === undefined ? 5 : 20);
});

it('does not call a server that is gone as fast as it refuses', async () => {
  const options = { apiKey: 'k', connections: 2, seconds: 1, mix: API_MIX, symbols: ['600519.SH'] };
  const { statuses } = await runApiLoad({ url: 'http://127.0.0.1:1', ...options });
  expect(statuses['0']).toBeLessThanOrEqual(22);
});

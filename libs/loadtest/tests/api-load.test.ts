import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { API_MIX, apiHtml, apiVerdict, runApiLoad } from '../src/index.ts';

let server: Server;

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function serve(status: (url: string) => number): Promise<string> {
  server = createServer((request, response) => response.writeHead(status(request.url ?? '')).end('{}'));
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
  const report = { kind: 'api', startedAt: '', url, options: {}, result } as const;
  expect(apiVerdict(report)).toMatchObject({ isGood: false });
  expect(apiHtml(report)).toContain('status 503');
});

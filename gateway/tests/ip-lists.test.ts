import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { call, useGateway } from './fleet-fixture.ts';
import { head, rawClient } from './raw-client.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const STATUS = '/api/v1/sync/status';

describe('addresses', () => {
  let dir: string;
  let file: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quotefleet-ip-'));
    file = join(dir, 'gateway.yaml');
    await write(
      'deny: [203.0.113.0/24, "2001:db8:bad::/48"]',
      'groups:',
      '  admin: { allow: [10.0.0.0/8] }',
      '  operations: { allow: [10.0.0.0/8, "fd00::/8"] }',
    );
  });
  afterAll(() => rm(dir, { recursive: true }));
  const write = (...lines: string[]) => writeFile(file, `ipLists:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  const fixture = useGateway(() => ({ file, trustedProxies: ['127.0.0.1'] }));
  const from = async (address: string, path: string, key = 'admin-key') =>
    (await call(fixture, path, { key, headers: { 'x-forwarded-for': address } })).status;

  it('that are denied may call nothing, however they are written', async () => {
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '[2001:db8:bad::1]:8000', '2001:0db8:0bad:0:0:0:0:1'])
      expect({ address, status: await from(address, QUOTE) }).toEqual({ address, status: 403 });
    for (const address of ['203.0.114.7', '2001:db8:baf::1'])
      expect({ address, status: await from(address, QUOTE) }).toEqual({ address, status: 200 });
  });

  it('do not keep a supervisor from asking how the gateway is', async () => {
    expect(await from('203.0.113.7', '/health/live')).toBe(200);
  });

  it('administer, and look at operations, from where they are allowed to', async () => {
    expect(await from('198.51.100.1', STATUS)).toBe(403);
    expect(await from('10.1.2.3', STATUS)).toBe(200);
    for (const path of ['/health/fleet', '/HEALTH/Fleet', '/admin/degradation', '/metrics']) {
      const response = await fetch(new URL(path, fixture.gateway.url), {
        headers: { 'x-forwarded-for': '198.51.100.1' },
      });
      expect({ path, status: response.status }).toEqual({ path, status: 403 });
    }
    expect(await from('fd00::1', '/admin/degradation')).toBe(200);
    // Read by a router as the paths that they are not.
    for (const path of ['/metrics#x', '/health/fleet#', '/admin\\degradation#', '/health\\fleet#']) {
      const request = head(`GET ${path} HTTP/1.1`, 'Host: x', 'X-API-Key: admin-key', 'X-Forwarded-For: 198.51.100.1');
      const client = await rawClient(fixture.gateway.url, request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      await client.closed;
      expect(client.received()).toMatch(/^HTTP\/1\.1 40[03] /);
    }
  });

  it('are checked for sockets too', async () => {
    const upgrade = head(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
      'Host: x',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'X-Forwarded-For: 203.0.113.7',
    );
    const client = await rawClient(fixture.gateway.url, upgrade);
    await client.closed;
    expect(client.received()).toMatch(/^HTTP\/1\.1 403/);
    expect(fixture.fleet.realtime.seen).toHaveLength(0);
  });

  it('are those of the file as it is now', async () => {
    await write('allow: [192.0.2.0/24]', 'deny: [192.0.2.66]');
    await waitUntil(async () => (await from('198.51.100.1', QUOTE)) === 403);
    expect(await from('192.0.2.1', QUOTE)).toBe(200);
    expect(await from('192.0.2.66', QUOTE)).toBe(403);
    await write('deny: [not-an-address]');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await from('192.0.2.66', QUOTE)).toBe(403);
    await writeFile(file, '');
    await waitUntil(async () => (await from('192.0.2.66', QUOTE)) === 200);
  });
});

import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ERROR_STATUS, V1_ENDPOINTS } from '@quotefleet/contracts';
import { useGateway } from './fleet-fixture.ts';

const GUIDES = ['/api/docs/sockets', '/api/docs/errors', '/api/docs/migration'];

describe('the documents that the gateway serves', () => {
  const fixture = useGateway();
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, fixture.gateway.url), { headers, redirect: 'manual' });
  const textOf = async (path: string) => (await get(path)).text();

  it('are the newest version where none is named', async () => {
    expect(await textOf('/openapi.json')).toBe(await textOf('/openapi/v2.json'));
    expect(JSON.parse(await textOf('/openapi/v1.json'))).toMatchObject({ info: { version: '1.0.0' } });
  });

  it('name what only operators call', async () => {
    const { paths } = JSON.parse(await textOf('/openapi/v1.json')) as { paths: object };
    const admin = ['/admin/limits/{client}', '/admin/upstreams', '/admin/upstreams/{upstream}', '/admin/degradation'];
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(admin));
  });

  it('need not be sent to who has them', async () => {
    for (const path of ['/openapi/v1.json', '/openapi/v2.json', '/asyncapi.json', ...GUIDES]) {
      const first = await get(path);
      const tag = String(first.headers.get('etag'));
      expect(first.headers.get('vary')).toContain('Accept-Encoding');
      await first.arrayBuffer();
      // fetch would ask for a new one.
      const again = httpRequest(new URL(path, fixture.gateway.url), { headers: { 'if-none-match': tag } }).end();
      const [{ statusCode }] = (await once(again, 'response')) as [IncomingMessage];
      expect(statusCode).toBe(304);
    }
  });

  it('are compressed once, however often anybody asks for them', async () => {
    const bundle = '/api/docs/assets/swagger-ui-bundle.js';
    const plain = await (await get(bundle, { 'accept-encoding': 'identity' })).text();
    for (const encoding of ['br', 'gzip']) {
      const response = await get(bundle, { 'accept-encoding': encoding });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(await response.text()).toBe(plain);
    }
    const before = process.cpuUsage();
    for (let round = 0; round < 100; round++) {
      const again = httpRequest(new URL(bundle, fixture.gateway.url), { headers: { 'accept-encoding': 'br' } }).end();
      const [response] = (await once(again, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
    }
    // Compressing it each time takes ten seconds.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(4);
  });

  it.each(GUIDES)('have %s as a page without scripts or anything from elsewhere', async (path) => {
    const response = await get(path);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    expect(html).not.toMatch(/<script|https?:\/\/(?!127\.0\.0\.1|iana\.org)|style=/);
    const links = [...html.matchAll(/(?:href|src)="(\/[^"#]*)/g)].map(([, link = '']) => link);
    for (const link of new Set(links)) expect([link, (await get(link)).status]).toEqual([link, 200]);
  });

  it('name every socket message, error and endpoint for people', async () => {
    const sockets = await textOf('/api/docs/sockets');
    for (const id of ['subscribe', 'messages', 'gap', 'md-ticks']) expect(sockets).toContain(`id="${id}"`);
    const errors = await textOf('/api/docs/errors');
    for (const code of Object.keys(ERROR_STATUS)) expect(errors).toContain(`<code>${code}</code>`);
    const migration = await textOf('/api/docs/migration');
    for (const { path } of V1_ENDPOINTS) expect(migration).toContain(`<code>${path}</code>`);
  });

  it('lead from Swagger UI to all the others, and let it choose a version', async () => {
    const page = await textOf('/api/docs');
    for (const guide of GUIDES) expect(page).toContain(`href="${guide}"`);
    const initializer = await textOf('/api/docs/initializer.js');
    for (const version of ['v1', 'v2']) expect(initializer).toContain(`/openapi/${version}.json`);
  });
});

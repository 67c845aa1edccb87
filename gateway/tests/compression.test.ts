import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, constants, createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { useGateway } from './fleet-fixture.ts';

const BARS = '/api/v1/historical/stock/600519.SH';
const LINE = 'time,open,high,low,close\n';

describe('compression at the edge', () => {
  const fixture = useGateway(() => ({ corsOrigins: ['https://app.example'] }));

  async function get(path: string, headers: Record<string, string>, method = 'GET'): Promise<IncomingMessage> {
    const options = { method, headers: { 'x-api-key': 'service-key', ...headers }, agent: false };
    const [response] = await once(httpRequest(new URL(path, fixture.gateway.url), options).end(), 'response');
    return response;
  }
  const answerWith = (contentType: string, body: string | Buffer, headers: Record<string, string> = {}) => {
    const listener: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': contentType, 'content-length': body.length, ...headers }).end(body);
    };
    fixture.fleet.cache.answer = listener;
  };

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['gzip, deflate, br', brotliDecompressSync],
  ])('gives %s to a client that takes it', async (accepted, decompress) => {
    const body = JSON.stringify({ lines: LINE.repeat(1000) });
    for (const type of ['application/json; charset=utf-8', 'text/csv; charset=utf-8', 'application/x-ndjson']) {
      answerWith(type, body);
      const response = await get(BARS, { 'accept-encoding': accepted });
      expect(accepted).toContain(response.headers['content-encoding']);
      const bytes = await buffer(response);
      expect(bytes.length).toBeLessThan(body.length / 10);
      expect(decompress(bytes).toString()).toBe(body);
    }
  });

  it.each([
    ['is small', 'application/json', '{"small":true}', { 'accept-encoding': 'br' }],
    ['is Arrow', 'application/vnd.apache.arrow.stream', LINE.repeat(100), { 'accept-encoding': 'br' }],
    ['is Parquet', 'application/vnd.apache.parquet', LINE.repeat(100), { 'accept-encoding': 'br' }],
    ['goes to a client that takes no encoding', 'text/csv', LINE.repeat(100), {}],
  ])('leaves as it is what %s', async (_what, type, body, headers) => {
    answerWith(type, body);
    const response = await get(BARS, headers);
    expect(response.headers['content-encoding']).toBeUndefined();
    expect(response.headers['content-length']).toBe(String(body.length));
    expect((await buffer(response)).toString()).toBe(body);
  });

  it('says all that an answer varies by', async () => {
    answerWith('application/json', LINE.repeat(100), { vary: 'Accept', etag: 'W/"x"' });
    const response = await get(BARS, { origin: 'https://app.example', 'accept-encoding': 'gzip' });
    expect(response.headers.vary?.split(', ').sort()).toEqual(['Accept', 'Accept-Encoding', 'Origin']);
    expect(response.headers.etag).toBe('W/"x"');
    response.resume();
  });

  it.each([BARS, `${BARS}?format=csv`])(
    'does not compress again what the upstream has compressed: %s',
    async (path) => {
      const body = LINE.repeat(1000);
      answerWith('text/csv', gzipSync(body), { 'content-encoding': 'gzip', vary: 'Accept-Encoding', etag: '"strong"' });
      const response = await get(path, { 'accept-encoding': 'gzip, br' });
      expect(response.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"strong"' });
      expect(response.headers.vary?.match(/Accept-Encoding/gi)).toHaveLength(1);
      expect(gunzipSync(await buffer(response)).toString()).toBe(body);
    },
  );

  it.each([
    ['gzip;q=0.5, br;q=1', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['identity, gzip;q=0, br;q=0', undefined],
    ['zstd', undefined],
  ])('goes by what a client likes best: %s', async (accepted, encoding) => {
    answerWith('application/json', LINE.repeat(100), { etag: '"strong"' });
    const response = await get(BARS, { 'accept-encoding': accepted });
    expect(response.headers['content-encoding']).toBe(encoding);
    expect(response.headers.etag).toBe('W/"strong"');
    await buffer(response);
  });

  it('compresses the errors that it words itself', async () => {
    fixture.fleet.cache.answer = (_request, response) => {
      const errors = Array.from({ length: 100 }, (_, index) => ({ field: `f${index}`, message: 'unknown field' }));
      const body = { success: false, code: 'INVALID_ARGUMENT', message: 'x', data: { errors } };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    for (const version of ['v1', 'v2']) {
      const response = await get(BARS.replace('v1', version), { 'accept-encoding': 'br' });
      expect(response.headers).toMatchObject({ 'content-encoding': 'br', vary: expect.stringContaining('Encoding') });
      expect(JSON.parse(brotliDecompressSync(await buffer(response)).toString())).toHaveProperty('code');
    }
  });

  it('hands on what the upstream has sent so far', async () => {
    const ended = Promise.withResolvers<void>();
    fixture.fleet.cache.answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' }).write(LINE);
      await ended.promise;
      response.end(LINE);
    };
    const response = await get(`${BARS}?format=csv`, { 'accept-encoding': 'gzip' });
    const text = response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })).setEncoding('utf8');
    expect(await once(text, 'data')).toEqual([LINE]);
    ended.resolve();
    expect(await once(text, 'data')).toEqual([LINE]);
  });

  it('gives the whole of a large answer, and breaks off where the upstream does', async () => {
    const body = randomBytes(8_000_000).toString('base64');
    answerWith('application/json', body);
    const whole = await buffer(await get(BARS, { 'accept-encoding': 'br' }));
    expect(brotliDecompressSync(whole).toString() === body).toBe(true);
    for (const path of [BARS, `${BARS}?format=csv`]) {
      fixture.fleet.cache.answer = (request, response) => {
        response.writeHead(200, { 'content-type': 'text/csv' });
        response.write(body, () => request.socket.destroy());
      };
      const response = await get(path, { 'accept-encoding': 'gzip' });
      await expect(buffer(response)).rejects.toThrow('aborted');
    }
  }, 30_000);

  it.each([BARS, `${BARS}?format=csv`])('passes heads and unchanged answers on: %s', async (path) => {
    answerWith('text/csv', LINE.repeat(100), { etag: 'W/"x"' });
    const asked = await get(path, { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(asked).toMatchObject({ statusCode: 200, headers: { etag: 'W/"x"' } });
    fixture.fleet.cache.answer = (_request, response) => response.writeHead(304, { etag: 'W/"x"' }).end();
    const unchanged = await get(path, { 'accept-encoding': 'gzip', 'if-none-match': 'W/"x"' });
    expect(unchanged).toMatchObject({
      statusCode: 304,
      headers: { etag: 'W/"x"', vary: expect.stringContaining('Accept-Encoding') },
    });
    expect(fixture.fleet.cache.seen.at(-1)?.headers['if-none-match']).toBe('W/"x"');
    expect(await buffer(unchanged)).toHaveLength(0);
  });
});

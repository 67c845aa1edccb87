import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@quotefleet/testing';
import { StoreUnavailableError } from '../time-series-store.ts';
import { InfluxClient } from './influx-client.ts';

const QUERY = { text: 'SELECT 1' };

describe('the client of InfluxDB', () => {
  let server: Server | undefined;
  let client: InfluxClient | undefined;
  afterEach(async () => {
    await client?.close();
    client = undefined;
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  /** A server that answers so, and a client of it with a password. */
  async function clientOf(listener: RequestListener): Promise<InfluxClient> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    return connect(port);
  }

  function connect(port: number): InfluxClient {
    const url = `http://fleet:s%40cret@127.0.0.1:${port}/influx/`;
    client = new InfluxClient({ url, database: 'market', timeoutMs: 300 });
    return client;
  }

  it('posts lines and statements with its account, below the path of its URL', async () => {
    const seen: string[] = [];
    const influx = await clientOf(async (request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization} ${await bodyOf(request)}`);
      response.writeHead(request.url?.includes('write') ? 204 : 200).end();
    });
    await influx.write('day', 'm v=1 1');
    await influx.queryAll({ text: 'SELECT "v" FROM m WHERE a = $p0', params: { p0: "'" } });
    const account = `Basic ${Buffer.from('fleet:s@cret').toString('base64')}`;
    expect(seen[0]).toBe(`POST /influx/write?db=market&rp=day ${account} m v=1 1`);
    expect(seen[1]).toMatch(
      `POST /influx/query ${account} db=market&q=SELECT+%22v%22+FROM+m+WHERE+a+%3D+%24p0&epoch=u`,
    );
    expect(seen[1]).toMatch(encodeURIComponent('{"p0":"\'"}').replaceAll("'", '%27'));
  });

  it.each([
    [503, '{"error":"overloaded"}', 'InfluxDB answered 503: overloaded'],
    [500, '{"error":"engine: cache-max-memory-size exceeded"}', 'cache-max-memory-size'],
    [502, '<html>Bad Gateway</html>', 'InfluxDB answered 502: <html>Bad Gateway</html>'],
    [429, '', 'InfluxDB answered 429: nothing'],
  ])('takes status %d for "not now"', async (status, body, message) => {
    const influx = await clientOf((_, response) => void response.writeHead(status).end(body));
    const written = influx.write('day', 'm v=1 1');
    await expect(written).rejects.toThrow(StoreUnavailableError);
    await expect(written).rejects.toThrow(message);
    await expect(influx.queryAll(QUERY)).rejects.toThrow(StoreUnavailableError);
  });

  it.each([
    [400, '{"error":"partial write: field type conflict dropped=1"}', 'partial write: field type conflict dropped=1'],
    [401, '{"error":"authorization failed"}', 'InfluxDB answered 401: authorization failed'],
    [404, '{"error":"database not found: \\"market\\""}', 'database not found: "market"'],
  ])('takes status %d for a lasting error', async (status, body, message) => {
    const influx = await clientOf((_, response) => void response.writeHead(status).end(body));
    const written = influx.write('day', 'm v=1 1');
    await expect(written).rejects.toThrow(message);
    await expect(written).rejects.not.toThrow(StoreUnavailableError);
  });

  it('takes an error within an answer of status 200 for one', async () => {
    const influx = await clientOf((_, response) => void response.end('{"results":[{"error":"not executed"}]}'));
    await expect(influx.queryAll(QUERY)).rejects.toThrow('InfluxDB refused a statement: not executed');
  });

  it.each<[string, RequestListener]>([
    ['says nothing', () => undefined],
    ['stops in the middle', (_, response) => void response.writeHead(200, { 'content-length': 99 }).write('{"res')],
    ['hangs up', (request) => void request.socket.destroy()],
    ['hangs up in the middle', (request, response) => void response.write('{"res', () => request.socket.destroy())],
  ])('is unavailable when the server %s', async (_, listener) => {
    const influx = await clientOf(listener);
    await expect(influx.queryAll(QUERY)).rejects.toThrow(StoreUnavailableError);
    await expect(influx.queryAll(QUERY)).rejects.not.toThrow('cret');
  });

  it('is unavailable when nobody listens, and names the place without the password', async () => {
    const port = await freePort();
    const asked = connect(port).queryAll(QUERY);
    await expect(asked).rejects.toThrow(StoreUnavailableError);
    await expect(asked).rejects.toThrow(`InfluxDB at 127.0.0.1:${port} is not available`);
    await expect(asked).rejects.not.toThrow('cret');
  });

  it('refuses a URL of another kind without repeating it', () => {
    const options = { url: 'postgres://fleet:secret@host/', database: 'market', timeoutMs: 300 };
    expect(() => new InfluxClient(options)).toThrow('expected the URL of InfluxDB to be http://host:port');
    expect(() => new InfluxClient(options)).not.toThrow('secret');
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { useGateway } from './fleet-fixture.ts';
import { rawClient } from './raw-client.ts';
import { sendJson } from './stub-fleet.ts';

const QUOTE = '/api/v1/realtime/stock/600519.SH';
const INGEST = '/api/v1/ingest/ticks';
const SMUGGLED = 'GET /internal/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const CRLF = '\r\n';

const post = (...lines: string[]) =>
  [`POST ${INGEST} HTTP/1.1`, 'Host: x', 'X-API-Key: service-key', 'Content-Type: application/json', ...lines].join(
    CRLF,
  );

describe('request smuggling', () => {
  const fixture = useGateway();
  beforeEach(() => {
    for (const stub of Object.values(fixture.fleet)) stub.seen.length = 0;
  });

  it.each([
    ['length and chunks', post('Content-Length: 5', 'Transfer-Encoding: chunked', '', '0', '', SMUGGLED)],
    ['chunks and length', post('Transfer-Encoding: chunked', 'Content-Length: 5', '', '0', '', SMUGGLED)],
    ['an unknown coding', post('Transfer-Encoding: xchunked', '', '0', '', SMUGGLED)],
    ['chunked before another coding', post('Transfer-Encoding: chunked, identity', '', '0', '', SMUGGLED)],
    [
      'a coding after a tab and a line',
      post('Transfer-Encoding:', ' chunked', 'Content-Length: 4', '', '0', '', SMUGGLED),
    ],
    ['space before the colon', post('Transfer-Encoding : chunked', '', '0', '', SMUGGLED)],
    ['a control character in the name', post('Transfer\x01-Encoding: chunked', '', '0', '', SMUGGLED)],
    ['two codings in two lines', post('Transfer-Encoding: chunked', 'Transfer-Encoding: cow', '', '0', '', SMUGGLED)],
    ['two lengths', post('Content-Length: 0', `Content-Length: ${SMUGGLED.length}`, '', SMUGGLED)],
    ['two lengths in one line', post(`Content-Length: 0, ${SMUGGLED.length}`, '', SMUGGLED)],
    ['a length with a sign', post('Content-Length: +0', '', SMUGGLED)],
    ['a negative length', post('Content-Length: -1', '', SMUGGLED)],
    ['a length in hexadecimal', post('Content-Length: 0x10', '', SMUGGLED)],
    ['bare line feeds', `${post('Content-Length: 0').replaceAll(CRLF, '\n')}\n\n${SMUGGLED}`],
    ['a bare carriage return', post('X-A: b\rContent-Length: 0', '', SMUGGLED)],
    ['a chunk size with a sign', post('Transfer-Encoding: chunked', '', '-1', '', SMUGGLED)],
    ['a chunk size beyond 64 bits', post('Transfer-Encoding: chunked', '', '10000000000000000', 'x', SMUGGLED)],
    ['a chunk that ends early', post('Transfer-Encoding: chunked', '', '1', 'xyz', '0', '', SMUGGLED)],
    [
      'an extension of a chunk without end',
      post('Transfer-Encoding: chunked', '', `1;${'a'.repeat(30_000)}`, 'x', '0', '', SMUGGLED),
    ],
    ['an extension with a line feed', post('Transfer-Encoding: chunked', '', '1;a\nb', 'x', '0', '', SMUGGLED)],
    ['an absolute target', `GET http://x/internal/smuggled HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}`],
    ['no host', `GET ${QUOTE} HTTP/1.1${CRLF}${CRLF}`],
    ['two hosts', `GET ${QUOTE} HTTP/1.1${CRLF}Host: a${CRLF}Host: b${CRLF}${CRLF}`],
    ['HTTP/2 without agreement', `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`],
    [
      'an upgrade to h2c',
      `GET ${QUOTE} HTTP/1.1${CRLF}Host: x${CRLF}Connection: Upgrade, HTTP2-Settings${CRLF}Upgrade: h2c${CRLF}HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA${CRLF}${CRLF}${SMUGGLED}`,
    ],
    [
      'an upgrade elsewhere, with a request behind it',
      `GET ${QUOTE} HTTP/1.1${CRLF}Host: x${CRLF}Connection: Upgrade${CRLF}Upgrade: websocket${CRLF}${CRLF}${SMUGGLED}`,
    ],
    ['a tunnel', `CONNECT x:80 HTTP/1.1${CRLF}Host: x${CRLF}${CRLF}${SMUGGLED}`],
  ])('does not get past the gateway by %s', async (what, text) => {
    const client = await rawClient(fixture.gateway.url, text);
    // What stays open after an answer of its own is no hole, but nothing here may be read as two requests.
    await Promise.race([client.closed, waitUntil(() => client.received().includes(CRLF + CRLF))]);
    client.socket.end();
    await client.closed;
    expect(client.received()).not.toMatch(/^HTTP\/1\.1 2/m);
    expect(client.received().match(/^HTTP\/1\.1 /gm)?.length ?? 0).toBeLessThanOrEqual(1);
    const seen = Object.values(fixture.fleet).flatMap((stub) => stub.seen);
    expect({ what, seen: seen.filter(({ url }) => url.includes('smuggled')) }).toEqual({ what, seen: [] });
  });

  it('has a chunked body arrive as the one body that it is', async () => {
    const bodies: string[] = [];
    fixture.fleet['market-data'].answer = async (request, response) => {
      // The gateway asks how it is.
      if (request.method !== 'POST') return sendJson(response, 200, { ready: true });
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    };
    const hidden = `0${CRLF}${CRLF}${SMUGGLED}`;
    const chunk = `${hidden.length.toString(16)};name="value"${CRLF}${hidden}${CRLF}0${CRLF}X-Trailer: 1${CRLF}${CRLF}`;
    const client = await rawClient(
      fixture.gateway.url,
      post('Transfer-Encoding: chunked', 'Connection: close', '', chunk),
    );
    await client.closed;
    expect(client.received()).toMatch(/^HTTP\/1\.1 202/);
    expect(bodies).toEqual([hidden]);
  });
});

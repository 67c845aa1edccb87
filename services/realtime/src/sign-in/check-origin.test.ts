import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { checkOrigin } from './check-origin.ts';

const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;
const host = 'quotes.example';

describe('checkOrigin', () => {
  it.each([
    ['no browser', { host }, undefined],
    ['a page of the host itself', { host, origin: 'https://quotes.example' }, undefined],
    ['a page of the host and its default port', { host: `${host}:443`, origin: 'https://quotes.example' }, undefined],
    [
      'a page of the host that a proxy was called by',
      { host: 'node-1', 'x-forwarded-host': host, origin: 'http://quotes.example' },
      undefined,
    ],
    ['a page of the list', { host, origin: 'https://desk.example' }, ['https://other.example', 'https://desk.example']],
    ['any page', { host, origin: 'https://evil.example' }, ['*']],
  ])('lets %s in', (_who, headers, origins) => {
    expect(() => checkOrigin(request(headers), origins)).not.toThrow();
  });

  it.each([
    ['a page of another host', { host, origin: 'https://evil.example' }, undefined],
    ['what is more than an origin', { host, origin: 'https://evil@quotes.example' }, undefined],
    ['a page of another port', { host, origin: 'https://quotes.example:8443' }, undefined],
    ['a page of nowhere', { host, origin: 'null' }, undefined],
    [
      'a page that is not of the list, be it of the host',
      { host, origin: 'https://quotes.example' },
      ['https://desk.example'],
    ],
    ['nonsense', { host, origin: 'https://[' }, undefined],
  ])('does not let %s in', (_who, headers, origins) => {
    expect(() => checkOrigin(request(headers), origins)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});

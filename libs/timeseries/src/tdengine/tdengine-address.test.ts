import { expect, it } from '@jest/globals';
import { parseAddress } from './tdengine-address.ts';

it('takes the credentials out of a URL', () => {
  expect(parseAddress('https://me:p%40ss@td.example:443/')).toEqual({
    ...{ protocol: 'rest', origin: 'https://td.example:443', webSocketUrl: 'wss://td.example:443' },
    ...{ user: 'me', password: 'p@ss' },
  });
  expect(parseAddress('ws://127.0.0.1')).toMatchObject({
    ...{ protocol: 'websocket', origin: 'http://127.0.0.1:6041', webSocketUrl: 'ws://127.0.0.1:6041' },
    ...{ user: 'root', password: 'taosdata' },
  });
});

it.each(['', 'td:6041', 'taos://root:secret@td:6030', 'http://'])('refuses %p, without telling it', (url) => {
  expect(() => parseAddress(url)).toThrow(/^expected a TDengine URL such as (?!.*secret)/);
});

import { describe, expect, it } from '@jest/globals';
import { createClient } from './create-client.ts';

describe('createClient', () => {
  it.each(['', 'quotes.example', 'ws://quotes.example', String(undefined)])('wants a URL, which %p is not', (url) => {
    expect(() => createClient({ url })).toThrow(`expected a url such as https://quotes.example, found ${url}`);
  });

  it('does not ask for anything, nor connect, by itself', () => {
    const client = createClient({
      url: 'https://quotes.example/',
      token: () => Promise.reject(new Error('asked')),
      fetch: () => Promise.reject(new Error('fetched')),
    });
    expect(client.realtime.state).toEqual({ status: 'idle' });
    client.close();
  });

  it('makes clients that know nothing of each other', async () => {
    const seen: string[] = [];
    const clientOf = (apiKey: string) =>
      createClient({
        ...{ url: 'https://quotes.example', apiKey },
        fetch: async (_url, init) => {
          seen.push(new Headers(init?.headers).get('x-api-key') ?? '');
          return Response.json({
            success: true,
            code: 'OK',
            message: 'ok',
            data: { bars: [] },
            traceId: '',
            timestamp: '',
          });
        },
      });
    const [first, second] = [clientOf('a'), clientOf('b')];
    first.close();
    await Promise.all([first.market.bars('600519.SH'), second.market.bars('600519.SH')]);
    expect(seen).toEqual(['a', 'b']);
  });
});

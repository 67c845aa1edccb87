import { describe, expect, it } from '@jest/globals';
import type { RoomRequest, ServerMessage, SubscribeReply } from '@quotefleet/contracts';
import { waitUntil } from '@quotefleet/testing';
import { deltaMessage, depthMessage, tickMessage } from '../../tests/messages.ts';
import { QuotefleetError } from '../client-error.ts';
import { type Credentials, TokenSource } from '../credentials.ts';
import type { LinkListeners } from './link.ts';
import { RealtimeClient, type RealtimeSettings } from './realtime-client.ts';

const ROOM = 'tick:600519.SH';

/** A fleet that is one function: how it answers calls. It lets in whoever comes. */
function setUp(settings: Partial<RealtimeSettings> & { credentials?: Credentials } = {}) {
  const links: LinkListeners[] = [];
  const errors: unknown[] = [];
  const reports: unknown[] = [];
  const fleet = {
    answer: async (_event: string, request: { rooms?: RoomRequest[] }): Promise<object> => {
      const results = (request.rooms ?? []).map(({ room }) => ({ requested: room, room, accepted: true }));
      return { results } as SubscribeReply;
    },
  };
  const { credentials = { apiKey: 'k' } } = settings;
  const client = new RealtimeClient(
    {
      ...{ link: { url: 'http://x', path: '/', transports: ['websocket'], connectTimeoutMs: 1000 }, credentials },
      ...{ encoding: 'json', reconnect: { firstMs: 5 }, silenceMs: 40_000, callTimeoutMs: 1000, repair: undefined },
      ...{ bufferWhileOffline: false, queueMax: 100, holdMax: 100, holdMs: 1000 },
      onError: (error) => errors.push(error),
      report: (error) => reports.push(error),
      ...settings,
    },
    credentials.token === undefined ? undefined : new TokenSource(credentials.token),
    (_options, listeners) => {
      links.push(listeners);
      setTimeout(listeners.opened);
      const ended = Promise.withResolvers<object>();
      ended.promise.catch(() => undefined);
      return {
        ask: async (event, request, _timeoutMs, take) => {
          take?.(await Promise.race([fleet.answer(event, request), ended.promise]));
        },
        close: () => ended.reject(new QuotefleetError('OFFLINE', 'the connection ended')),
      };
    },
  );
  const send = (...messages: ServerMessage[]) => links.at(-1)?.frame(messages);
  const drop = () =>
    links.at(-1)?.ended({ code: undefined, reason: 'gone', retryAfterMs: undefined, isDismissal: false });
  return { client, links, errors, reports, fleet, send, drop };
}

const never = () => new Promise<never>(() => undefined);
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
const system = (code: string): ServerMessage => ({
  ...{ type: 'system', room: 'system', payload: { code, message: code }, traceId: '', seq: 0, ts: 0 },
});

describe('callbacks that fail', () => {
  it('cost nobody a message, and are told, also where they fail later', async () => {
    const { client, errors, send } = setUp();
    await client.connect();
    const seen: number[] = [];
    await client.subscribe({
      room: ROOM,
      onMessage: ({ seq }) => {
        seen.push(seq);
        if (seq === 1) throw new Error('at once');
      },
    });
    await client.subscribe({ room: ROOM, onMessage: async ({ seq }) => Promise.reject(new Error(`later ${seq}`)) });
    send(tickMessage(1), tickMessage(2, { prevSeq: 1 }));
    await turn();
    expect(seen).toEqual([1, 2]);
    expect(errors.map((error) => (error as Error).message)).toEqual(['at once', 'later 1', 'later 2']);
    client.close();
  });

  it('do not keep a book from being opened', async () => {
    const { client, errors } = setUp();
    await client.connect();
    const book = await client.book('600519.SH', {
      onChange: () => {
        throw new Error('mine');
      },
    });
    expect([book.isLive, client.rooms, errors.length]).toEqual([false, ['depth:600519.SH'], 1]);
    client.close();
  });
});

describe('a live book', () => {
  it('tells when it stops being right, and when it is right again', async () => {
    const { client, send, drop } = setUp();
    await client.connect();
    const changes: [boolean, number | undefined][] = [];
    const book = await client.book('600519.SH', { onChange: ({ isLive, seq }) => changes.push([isLive, seq]) });
    send(depthMessage(1, [[9.99, 100]], []));
    // One change is missing: the book is not what the market shows until a whole one comes.
    send(deltaMessage(3, [[9.98, 5]], []));
    expect(changes.slice(1)).toEqual([
      [true, 1],
      [false, 1],
    ]);
    send(depthMessage(4, [[9.97, 1]], []));
    expect([book.isLive, changes.at(-1)]).toEqual([true, [true, 4]]);
    drop();
    expect(changes.at(-1)).toEqual([false, 4]);
    await waitUntil(() => changes.at(-1)?.[0] === true);
    client.close();
    expect([book.isLive, changes.at(-1)?.[0]]).toEqual([false, false]);
  });
});

describe('a loop', () => {
  it('is left at once, however long the fleet takes to hear of it', async () => {
    const { client, fleet, send } = setUp();
    await client.connect();
    const subscription = await client.subscribe({ room: ROOM });
    send(tickMessage(1));
    fleet.answer = never;
    for await (const message of subscription) if (message.seq === 1) break;
    expect(client.rooms).toEqual([]);
    client.close();
  });

  it('ends where the subscription is given up meanwhile, and leaves by what it throws', async () => {
    const { client, send } = setUp();
    await client.connect();
    const waiting = await client.subscribe({ room: ROOM });
    const looped = (async () => {
      for await (const message of waiting) if (message.seq > 0) throw new Error('unexpected');
      return 'ended';
    })();
    await waiting.unsubscribe();
    expect(await looped).toBe('ended');
    const throwing = await client.subscribe({ room: ROOM });
    send(tickMessage(1));
    const thrown = (async () => {
      for await (const { seq } of throwing) throw new Error(`at ${seq}`);
    })();
    await expect(thrown).rejects.toThrow('at 1');
    expect(client.rooms).toEqual([]);
    client.close();
  });
});

describe('close()', () => {
  it.each([true, false])('ends calls that wait for an answer, where calls may be kept: %s', async (mayWait) => {
    const { client, fleet } = setUp({ bufferWhileOffline: mayWait });
    await client.connect();
    fleet.answer = never;
    const refused = expect(client.subscribe({ room: ROOM })).rejects.toMatchObject({ code: 'CLOSED' });
    await turn();
    client.close();
    await refused;
  });

  it('ends a loop, and the client can connect anew without the rooms of before', async () => {
    const { client, links } = setUp();
    await client.connect();
    const subscription = await client.subscribe({ room: ROOM });
    const ended = expect(subscription[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CLOSED' });
    client.close();
    await ended;
    await client.connect();
    expect([links.length, client.rooms]).toEqual([2, []]);
    client.close();
  });
});

describe('a call of many rooms', () => {
  it('is not refused for one that cannot be asked for', async () => {
    const { client } = setUp();
    await client.connect();
    const results = await client.subscribeAll([
      { room: ROOM },
      { room: 'tick:000001.SZ', mode: 'merge', maxHz: 1000 },
      { room: '' },
      { room: 'x'.repeat(65) },
    ]);
    expect(results).toMatchObject([
      { accepted: true },
      ...Array.from({ length: 3 }, () => ({ accepted: false, error: { code: 'INVALID_ARGUMENT' } })),
    ]);
    client.close();
  });
});

describe('rooms that cannot be joined again', () => {
  it('are tried again by another connection', async () => {
    const { client, links, fleet, drop } = setUp();
    await client.connect();
    await client.subscribe({ room: ROOM });
    const { answer } = fleet;
    let answers = 0;
    fleet.answer = async (event, request) => {
      answers += 1;
      return answers === 1
        ? { results: [], error: { code: 'UNAVAILABLE', message: 'not now' } }
        : answer(event, request);
    };
    drop();
    await waitUntil(() => answers === 2);
    expect([links.length, client.state.status]).toEqual([3, 'open']);
    client.close();
  });
});

describe('a token that is about to end', () => {
  it('is no fault of anybody where the connection ends before the next one is taken', async () => {
    const { client, errors, reports, links, fleet, send, drop } = setUp({ credentials: { token: async () => 't' } });
    await client.connect();
    fleet.answer = never;
    send(system('TOKEN_EXPIRING'));
    await turn();
    drop();
    await waitUntil(() => links.length === 2);
    expect([errors, reports]).toEqual([[], []]);
    client.close();
  });

  it('is told as not renewed, and not thrown', async () => {
    let asked = 0;
    const token = async () => {
      asked += 1;
      if (asked > 1) throw new Error('down');
      return 't';
    };
    const { client, errors, reports, send } = setUp({ credentials: { token } });
    await client.connect();
    send(system('TOKEN_EXPIRING'));
    await waitUntil(() => reports.length === 1);
    expect([errors, reports, client.state.status]).toMatchObject([[], [{ code: 'UNAVAILABLE' }], 'open']);
    client.close();
  });
});

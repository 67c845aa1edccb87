import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { QuotefleetError } from '../client-error.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { LinkEnd, LinkListeners, LinkOptions } from './link.ts';

interface FakeLink {
  options: LinkOptions;
  listeners: LinkListeners;
  isClosed: boolean;
  answer: (() => Promise<void>) | undefined;
}

const NETWORK: LinkEnd = { code: undefined, reason: 'transport close', retryAfterMs: undefined, isDismissal: false };

function setUp(options: Partial<ConnectionOptions> = {}) {
  const links: FakeLink[] = [];
  const states: string[] = [];
  const lost: string[] = [];
  const renewals: boolean[] = [];
  const connection = new Connection({
    openLink: (linkOptions, listeners) => {
      const link: FakeLink = { options: linkOptions, listeners, isClosed: false, answer: undefined };
      links.push(link);
      return {
        ask: async () => link.answer?.(),
        close: () => {
          link.isClosed = true;
        },
      };
    },
    link: { url: 'http://x', path: '/socket.io', transports: ['websocket'], connectTimeoutMs: 1000 },
    handshake: async (renews) => {
      renewals.push(renews);
      return { token: `t${renewals.length}` };
    },
    ...{ canRenew: false, reconnect: { jitter: 0 }, silenceMs: 40_000, callTimeoutMs: 1000 },
    listeners: {
      opened: () => undefined,
      frame: () => undefined,
      lost: () => lost.push('lost'),
      state: (state) => {
        const detail = 'attempt' in state ? state.attempt : 'code' in state ? `${state.code} ${state.returns}` : '';
        states.push(`${state.status} ${detail}${'inMs' in state ? ` in ${state.inMs}` : ''}`.trim());
      },
      ended: (error) => lost.push(error.code),
    },
    ...options,
  });
  const last = () => links.at(-1) as FakeLink;
  const open = async () => {
    await jest.advanceTimersByTimeAsync(0);
    last().listeners.opened();
  };
  return { connection, links, states, lost, renewals, last, open };
}

describe('Connection', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('comes back 3 s apart five times, then ever more slowly, and never gives up', async () => {
    const { connection, states, links, last } = setUp();
    const opened = connection.connect();
    await jest.advanceTimersByTimeAsync(0);
    for (let attempt = 0; attempt < 8; attempt++) {
      last().listeners.ended(NETWORK);
      await jest.advanceTimersByTimeAsync(120_000);
    }
    const waits = states.filter((state) => state.startsWith('reconnecting')).map((state) => state.split(' in ')[1]);
    expect(waits).toEqual(['3000', '3000', '3000', '3000', '3000', '6000', '12000', '24000']);
    expect(links).toHaveLength(9);
    last().listeners.opened();
    await opened;
    expect(connection.isOpen).toBe(true);
    connection.close();
  });

  it('begins the schedule anew after a connection that held', async () => {
    const { connection, states, last, open } = setUp({ reconnect: { firstAttempts: 1, jitter: 0 } });
    void connection.connect();
    await open();
    last().listeners.ended(NETWORK);
    await jest.advanceTimersByTimeAsync(3000);
    await open();
    await jest.advanceTimersByTimeAsync(9000);
    last().listeners.ended(NETWORK);
    await jest.advanceTimersByTimeAsync(6000);
    await open();
    await jest.advanceTimersByTimeAsync(11_000);
    last().listeners.ended(NETWORK);
    expect(states.filter((state) => state.startsWith('reconnecting'))).toEqual([
      ...['reconnecting 1 in 3000', 'reconnecting 2 in 6000', 'reconnecting 1 in 3000'],
    ]);
    connection.close();
  });

  it('tells its states, and comes back when the fleet says', async () => {
    const { connection, states, lost, last, open } = setUp();
    void connection.connect();
    await open();
    connection.note({ code: 'SERVER_STOPPING', message: 'stops', retryAfterMs: 700 });
    last().listeners.ended(NETWORK);
    await jest.advanceTimersByTimeAsync(700);
    expect(states).toEqual([
      ...['connecting 0', 'open', 'closed SERVER_STOPPING true', 'reconnecting 1 in 700', 'connecting 1'],
    ]);
    expect(lost).toEqual(['lost']);
    connection.close();
  });

  it('does not come back where it was dismissed', async () => {
    const { connection, states, lost, last, open } = setUp();
    void connection.connect();
    await open();
    connection.note({ code: 'REVOKED', message: 'gone' });
    last().listeners.ended({ ...NETWORK, reason: 'io server disconnect', isDismissal: true });
    await jest.advanceTimersByTimeAsync(600_000);
    expect(states.at(-1)).toBe('closed REVOKED false');
    expect(lost).toEqual(['lost', 'FORBIDDEN']);
  });

  it('refuses who is not let in', async () => {
    const { connection, last } = setUp();
    const opened = connection.connect();
    const refused = expect(opened).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await jest.advanceTimersByTimeAsync(0);
    last().listeners.ended({ ...NETWORK, code: 'UNAUTHENTICATED' });
    await refused;
  });

  it('brings another token where one is refused, once', async () => {
    const { connection, renewals, last } = setUp({ canRenew: true });
    const refused = expect(connection.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    for (let attempt = 0; attempt < 2; attempt++) {
      await jest.advanceTimersByTimeAsync(0);
      last().listeners.ended({ ...NETWORK, code: 'UNAUTHENTICATED' });
    }
    await refused;
    expect(renewals).toEqual([false, true]);
  });

  it('brings another token after one that expired', async () => {
    const { connection, renewals, links, last, open } = setUp({ canRenew: true });
    void connection.connect();
    await open();
    connection.note({ code: 'TOKEN_EXPIRED', message: 'expired' });
    last().listeners.ended({ ...NETWORK, isDismissal: true });
    await jest.advanceTimersByTimeAsync(0);
    expect(renewals).toEqual([false, true]);
    expect(links.at(-1)?.options.auth).toEqual({ token: 't2' });
    connection.close();
  });

  it('tries again where no credentials can be had for now, and not where there are none', async () => {
    const failures = [new QuotefleetError('UNAVAILABLE', 'later'), new QuotefleetError('UNAUTHENTICATED', 'never')];
    const { connection, states } = setUp({
      canRenew: true,
      handshake: async () => {
        throw failures.shift();
      },
    });
    const refused = expect(connection.connect()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await jest.advanceTimersByTimeAsync(3000);
    await refused;
    expect(states).toContain('reconnecting 1 in 3000');
  });

  it('says why no credentials can be had', async () => {
    const reasons: string[] = [];
    const { connection } = setUp({
      handshake: () => Promise.reject(new Error('no cookie')),
      listeners: {
        ...{ opened: () => undefined, frame: () => undefined, lost: () => undefined, ended: () => undefined },
        state: (state) => state.status === 'closed' && state.returns && reasons.push(state.reason),
      },
    });
    connection.connect().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(0);
    connection.close();
    expect(reasons).toEqual(['no credentials can be had: no cookie']);
  });

  it('gives up a connection that nothing comes by', async () => {
    const { connection, states, last, open } = setUp();
    void connection.connect();
    await open();
    await jest.advanceTimersByTimeAsync(30_000);
    last().listeners.frame([]);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(connection.isOpen).toBe(true);
    const first = last();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(states).toContain('closed SILENT true');
    expect(first.isClosed).toBe(true);
    connection.close();
  });

  it('gives up a connection that does not answer a call', async () => {
    const { connection, states, last, open } = setUp();
    void connection.connect();
    await open();
    last().answer = () => Promise.reject(new QuotefleetError('TIMEOUT', 'no reply'));
    await expect(connection.ask('subscribe', {})).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(states).toContain('closed SILENT true');
    await expect(connection.ask('subscribe', {})).rejects.toMatchObject({ code: 'OFFLINE' });
    connection.close();
  });

  it('ends for good when it is closed, also while it waits', async () => {
    const { connection, links, states, lost } = setUp();
    const opened = connection.connect();
    const closed = expect(opened).rejects.toMatchObject({ code: 'CLOSED' });
    await jest.advanceTimersByTimeAsync(0);
    links[0]?.listeners.ended(NETWORK);
    connection.close();
    await closed;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(links).toHaveLength(1);
    expect([states.at(-1), lost]).toEqual(['closed CLOSED false', ['CLOSED']]);
  });

  it.each(['open', 'closed', 'reconnecting', 'connecting'] as const)(
    'stays closed where it is closed by who hears that it is %s',
    async (status) => {
      const { connection, links, states, last, open } = setUp({
        listeners: {
          ...{ opened: () => undefined, frame: () => undefined, lost: () => undefined, ended: () => undefined },
          state: (state) => {
            states.push(state.status);
            if (state.status === status && states.filter((one) => one === status).length === 1) connection.close();
          },
        },
      });
      connection.connect().catch(() => undefined);
      if (status !== 'connecting') {
        await open();
        if (!last().isClosed) last().listeners.ended(NETWORK);
      }
      await jest.advanceTimersByTimeAsync(600_000);
      expect([links.length, connection.state]).toMatchObject([
        status === 'connecting' ? 0 : 1,
        { status: 'closed', code: 'CLOSED', returns: false },
      ]);
    },
  );

  it('connects anew where that is asked for by who hears that it is over', async () => {
    let again: Promise<void> | undefined;
    const { connection, links, last, open } = setUp({
      listeners: {
        ...{ opened: () => undefined, frame: () => undefined, lost: () => undefined, ended: () => undefined },
        state: (state) => {
          if (state.status === 'closed' && state.code === 'KICKED') again = connection.connect();
        },
      },
    });
    void connection.connect();
    await open();
    connection.note({ code: 'KICKED', message: 'out' });
    last().listeners.ended({ ...NETWORK, isDismissal: true });
    await open();
    await again;
    expect([links.length, connection.isOpen]).toEqual([2, true]);
    connection.close();
  });
});

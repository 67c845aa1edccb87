import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../time-series-store.ts';
import { createConnectionPool } from './connection-pool.ts';
import { type FakeAdapter, rowsAnswer, startFakeAdapter } from './fake-adapter.ts';
import { loadConnector } from './load-connector.ts';
import { parseAddress } from './tdengine-address.ts';

/** Stands in for `@tdengine/websocket`. */
class FakeConnector {
  executed: string[] = [];
  settings: unknown[] = [];
  failure: object | undefined;
  logLevel = 'info';
  open = 0;
  isDestroyed = false;

  WSConfig = class {
    readonly values: unknown[];
    constructor(url: string) {
      this.values = [url];
    }
    setUser(user: string): void {
      this.values.push(user);
    }
    setPwd(password: string): void {
      this.values.push(password);
    }
    setTimeOut(ms: number): void {
      this.values.push(ms);
    }
  };

  async sqlConnect(config: object) {
    if (this.failure) throw this.failure;
    this.settings = (config as { values: unknown[] }).values;
    this.open++;
    return {
      exec: async (sql: string) => {
        if (this.failure) throw this.failure;
        this.executed.push(sql);
        return { getAffectRows: () => 3 };
      },
      close: async () => void this.open--,
    };
  }

  setLogLevel(level: string): void {
    this.logLevel = level;
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

describe('a pool of WebSocket connections', () => {
  let adapter: FakeAdapter;
  let logged: string[];
  const logger = {
    info: (_: object, message: string) => void logged.push(message),
    warn: (_: object, message: string) => void logged.push(message),
  };

  beforeEach(async () => {
    adapter = await startFakeAdapter(() => rowsAnswer([[1]]));
    logged = [];
  });
  afterEach(() => adapter.close());

  const address = () => parseAddress(adapter.url.replace('http', 'ws'));

  it('changes by WebSocket and reads by REST', async () => {
    const connector = new FakeConnector();
    const pool = createConnectionPool(address(), {}, logger, async () => connector);
    expect(await pool.execute(Buffer.from('INSERT 行'))).toBe(3);
    expect(await pool.query('SELECT 1')).toEqual([[1]]);
    expect(connector.executed).toEqual(['INSERT 行']);
    expect(adapter.requests.map(({ sql }) => sql)).toEqual(['SELECT 1']);
    expect(connector.settings).toEqual([address().webSocketUrl, 'root', 'pass word', 30_000]);

    await pool.close();
    expect(connector).toMatchObject({ open: 0, isDestroyed: true });
  });

  it.each([
    [{ code: 104, message: 'dsn:root:pass word' }, StoreUnavailableError, 'WebSocket error 104'],
    [{}, StoreUnavailableError, 'WebSocket error without a code'],
    [
      Object.assign(new Error("syntax error near 'secret'"), { code: 0x2600 }),
      Error,
      'TDengine error 0x2600: syntax error',
    ],
    [Object.assign(new Error('No disk space'), { code: 0x012b }), StoreUnavailableError, '0x012b: No disk space'],
  ])('tells what the connector failed with: %j', async (failure, kind, message) => {
    const connector = new FakeConnector();
    const pool = createConnectionPool(address(), {}, logger, async () => connector);
    await pool.execute('INSERT 1');
    connector.failure = failure;
    const error = await pool.execute('INSERT 2').catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(kind);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toMatch(/secret|pass word/);
    await pool.close();
  });

  it('does all by REST where the connector is not installed, and says so once', async () => {
    const pool = createConnectionPool(address(), {}, logger, () =>
      loadConnector(() => import('no-such-package' as string)),
    );
    await Promise.all([pool.execute('INSERT 1'), pool.query('SELECT 1')]);
    expect(logged).toEqual(['@tdengine/websocket cannot be loaded: REST takes its place']);
    expect(adapter.requests).toHaveLength(2);
    await pool.close();
  });

  it('reports a connection that is held for too long', async () => {
    adapter.answer = () => undefined;
    const pool = createConnectionPool(parseAddress(adapter.url), { leakAfterMs: 50, requestTimeoutMs: 200 }, logger);
    await expect(pool.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
    expect(logged).toEqual(['a connection to TDengine is held for too long']);
    expect(pool.stats()).toEqual({ active: 0, idle: 0, waiting: 0, leaked: 0 });
    await pool.close();
  });
});

describe('loading the connector', () => {
  it('takes off the listeners that would end the process, and no others', async () => {
    const connector = new FakeConnector();
    const known = () => undefined;
    process.on('SIGTERM', known);
    const before = process.listeners('SIGTERM');
    const loaded = await loadConnector(async () => {
      process.on('SIGTERM', () => process.exit());
      return connector;
    });
    expect(loaded).toBe(connector);
    expect(process.listeners('SIGTERM')).toEqual(before);
    expect(connector.logLevel).toBe('error');
    process.removeListener('SIGTERM', known);
  });

  it('refuses a package that is something else', async () => {
    await expect(loadConnector(async () => ({ connect: 1 }))).rejects.toThrow('expected @tdengine/websocket to export');
  });
});

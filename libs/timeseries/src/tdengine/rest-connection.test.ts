import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../time-series-store.ts';
import { errorAnswer, type FakeAdapter, rowsAnswer, startFakeAdapter } from './fake-adapter.ts';
import { RestConnection } from './rest-connection.ts';
import { parseAddress } from './tdengine-address.ts';

describe('a REST connection', () => {
  let adapter: FakeAdapter;
  let connection: RestConnection;

  beforeEach(async () => {
    adapter = await startFakeAdapter();
    connection = new RestConnection(parseAddress(adapter.url), 300);
  });
  afterEach(async () => {
    await connection.close();
    await adapter.close();
  });

  it('posts a statement with its credentials and a request id of its own, on one connection', async () => {
    adapter.answer = () => rowsAnswer([[1, 'é😀']]);
    expect(await connection.query("SELECT '行'")).toEqual([[1, 'é😀']]);
    expect(await connection.query('SELECT 2')).toEqual([[1, 'é😀']]);

    const [first, second] = adapter.requests;
    expect(first?.sql).toBe("SELECT '行'");
    expect(first?.authorization).toBe(`Basic ${Buffer.from('root:pass word').toString('base64')}`);
    expect(first?.path).toMatch(/^\/rest\/sql\?req_id=\d+$/);
    expect(second?.path).not.toBe(first?.path);
    expect(second?.clientPort).toBe(first?.clientPort);
  });

  it('tells how many rows a statement was about', async () => {
    adapter.answer = () => rowsAnswer([[42]], ['INT']);
    expect(await connection.execute(Buffer.from('DELETE FROM t'))).toBe(42);
    adapter.answer = () => rowsAnswer([]);
    expect(await connection.execute('CREATE DATABASE x')).toBe(0);
  });

  it('takes an error for one though it comes as HTTP 200', async () => {
    adapter.answer = () => errorAnswer(0x2603, 'Table does not exist');
    await expect(connection.query('SELECT 1')).rejects.toThrow(
      'TDengine error 0x2603: Table does not exist (request 0x',
    );
    adapter.answer = () => errorAnswer(0x090c, 'Sync leader is unreachable');
    await expect(connection.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
  });

  it('gives up on an answer that takes too long, before it begins or in its middle', async () => {
    adapter.answer = () => undefined;
    await expect(connection.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
    adapter.answer = (_, response) => void response.write('{"code":0,');
    await expect(connection.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
    adapter.answer = () => rowsAnswer([[1]]);
    expect(await connection.query('SELECT 1')).toEqual([[1]]);
  });

  it('is unavailable when the connection is lost, before the answer or in its middle', async () => {
    adapter.answer = (_, response) => void response.destroy();
    await expect(connection.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
    adapter.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"code":0,"data":[', () => response.destroy());
      return undefined;
    };
    await expect(connection.query('SELECT 1')).rejects.toThrow(StoreUnavailableError);
  });

  it('waits for a slow answer, and takes a huge one', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [i, 'x'.repeat(50)]);
    adapter.answer = (_, response) => {
      void sleep(100).then(() => response.end(JSON.stringify(rowsAnswer(rows))));
      return undefined;
    };
    const patient = new RestConnection(parseAddress(adapter.url), 10_000);
    expect(await patient.query('SELECT 1')).toEqual(rows);
    await patient.close();
  });

  it('is unavailable when nobody listens, and says nothing of password and statement', async () => {
    await adapter.close();
    const failure = await connection.query("SELECT 'secret'").catch((error: Error) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(String(failure)).toMatch(/^StoreUnavailableError: TDengine at http:\/\/127\.0\.0\.1:\d+ is not available: /);
    expect(String(failure)).not.toMatch(/secret|pass/);
    adapter = await startFakeAdapter();
  });
});

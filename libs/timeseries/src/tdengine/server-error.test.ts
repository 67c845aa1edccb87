import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../time-series-store.ts';
import { parseAnswer } from './rest-answer.ts';
import { serverCode, serverError, TdengineError } from './server-error.ts';

describe('errors of the server', () => {
  it.each([
    ['unable to establish a connection', 0x000b],
    ['out of disk space', 0x012b],
    ['a conflicting transaction', 0x03d3],
    ['a node that is offline', 0x0408],
    ['a sync leader out of reach', 0x090c],
    ['a write stall', 0x0917],
    ['all bits of a code', 0x8000090c | 0],
  ])('mean not now: %s', (_, code) => {
    const error = serverError(code, 'reason');
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(serverCode(error)).toBe(code & 0xffff);
  });

  it.each([
    ['a syntax error', 0x2600],
    ['a missing table', 0x2603],
    ['a value out of range', 0x060b],
    ['a refused password', 0x0357],
  ])('mean the statement: %s', (_, code) => {
    const error = serverError(code, 'reason', 255);
    expect(error).toBeInstanceOf(TdengineError);
    expect(error.message).toBe(`TDengine error 0x${code.toString(16).padStart(4, '0')}: reason (request 0xff)`);
  });

  it('never quote the statement', () => {
    expect(serverError(0x0216, `syntax error near '5e-324,1,'secret'' (illegal data)`).message).toBe(
      'TDengine error 0x0216: syntax error',
    );
    expect(serverError(0x2600, 'Invalid value "secret"').message).not.toContain('secret');
  });
});

describe('an answer of the adapter', () => {
  it('gives times in ms, whatever the precision they are written in', () => {
    const body = { code: 0, column_meta: [['ts', 'TIMESTAMP', 8]], rows: 3 };
    const data = [['2026-11-21T01:30:00.123Z'], ['2026-11-21T09:30:00.123456+08:00'], [null]];
    expect(parseAnswer(200, JSON.stringify({ ...body, data }), 1)).toEqual([
      [Date.UTC(2026, 10, 21, 1, 30, 0, 123)],
      [Date.UTC(2026, 10, 21, 1, 30, 0, 123)],
      [null],
    ]);
  });

  it('is refused where a number would not be the integer that is stored', () => {
    const body = '{"code":0,"column_meta":[["n","BIGINT",8]],"data":[[9007199254740993]],"rows":1}';
    expect(() => parseAnswer(200, body, 1)).toThrow(RangeError);
  });

  it.each([
    ['an error sent as HTTP 200', 200, '{"code":9731,"desc":"Table does not exist"}', TdengineError],
    ['a pool of the adapter that is used up', 503, '{"code":65535,"desc":"pool exhausted"}', StoreUnavailableError],
    ['a bad request', 400, '{"code":65535,"desc":"no sql"}', TdengineError],
    ['a proxy whose server is gone', 502, '<html>Bad Gateway</html>', StoreUnavailableError],
    ['another server', 200, '<html>Welcome</html>', TdengineError],
    ['half an answer', 200, '{"code":0,"data":[[1', TdengineError],
  ])('is an error: %s', (_, status, body, kind) => {
    expect(() => parseAnswer(status, body, 1)).toThrow(kind);
  });
});

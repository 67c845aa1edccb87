import { describe, expect, it } from '@jest/globals';
import { isUnavailable, sqlState } from './unavailable.ts';

describe('isUnavailable', () => {
  it.each([
    ['a lost connection', '08006'],
    ['a shutdown', '57P01'],
    ['a server that is starting', '57P03'],
    ['a statement timeout', '57014'],
    ['a full disk', '53100'],
    ['too many connections', '53300'],
    ['a deadlock', '40P01'],
    ['a standby', '25006'],
    ['nobody listening', 'ECONNREFUSED'],
    ['a reset', 'ECONNRESET'],
    ['a broken pipe', 'EPIPE'],
    ['an unknown host', 'ENOTFOUND'],
  ])('holds for %s (%s)', (_, code) => {
    expect(isUnavailable(Object.assign(new Error('trouble'), { code }))).toBe(true);
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Query runner already released. Cannot run queries anymore.',
  ])('holds for "%s" of the driver', (message) => {
    expect(isUnavailable(new Error(message))).toBe(true);
  });

  it.each([
    ['a unique violation', Object.assign(new Error('duplicate key'), { code: '23505' })],
    ['an unknown table', Object.assign(new Error('no such table'), { code: '42P01' })],
    ['a wrong password', Object.assign(new Error('password authentication failed'), { code: '28P01' })],
    ['an error of the caller', new TypeError('expected a number')],
    ['what is no error', 'timeout expired'],
    ['nothing', undefined],
  ])('does not hold for %s', (_, error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});

describe('sqlState', () => {
  it('tells the codes of the server from those of the network', () => {
    expect(sqlState({ code: '23505' })).toBe('23505');
    expect(sqlState({ code: 'EPIPE' })).toBeUndefined();
    expect(sqlState(new Error('no code'))).toBeUndefined();
  });
});

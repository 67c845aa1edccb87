import { describe, expect, it } from '@jest/globals';
import { AppError, invalidArgument } from './app-error.ts';
import { toAppError } from './to-app-error.ts';

const named = (name: string) => Object.assign(new Error('gone'), { name });
const withStatus = (status: number) => Object.assign(new Error('as the client may read it'), { status });

describe('what a client is told of an error', () => {
  it('is the error itself where it was made for clients', () => {
    const error = invalidArgument('limit', 'expected a number');
    expect(toAppError(error)).toBe(error);
    expect(error).toMatchObject({ status: 400, message: 'limit: expected a number', errors: [{ field: 'limit' }] });
  });

  it('keeps the text of what was not foreseen to the log', () => {
    const cause = new Error('SELECT secret');
    expect(toAppError(cause)).toMatchObject({ code: 'INTERNAL', message: 'internal error', cause });
    expect(toAppError('text')).toMatchObject({ code: 'INTERNAL', cause: 'text' });
  });

  it.each(['StoreUnavailableError', 'BusUnavailableError', 'DatabaseUnavailableError'])(
    'is "later" of a %s',
    (name) => {
      expect(toAppError(named(name))).toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 1 });
    },
  );

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [413, 'TOO_LARGE'],
    [415, 'UNSUPPORTED_MEDIA_TYPE'],
    [500, 'INTERNAL'],
  ] as const)('follows the status %d of a body parser', (status, code) => {
    expect(toAppError(withStatus(status)).code).toBe(code);
  });

  it('carries its own status', () => {
    expect(new AppError('RATE_LIMITED', 'x').status).toBe(429);
  });
});

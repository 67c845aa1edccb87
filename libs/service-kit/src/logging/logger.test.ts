import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';

function logInto(lines: string[]) {
  return createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } });
}

describe('the log', () => {
  it('keeps of an error what helps, and not what hangs on it', () => {
    const lines: string[] = [];
    const lost = Object.assign(new Error('lost'), { code: '57P01', client: { secret: 'S3CRET' } });
    const error = new AggregateError([lost], 'both are gone', { cause: lost });
    logInto(lines).warn({ err: error }, 'trouble');
    const { err } = JSON.parse(lines[0] ?? '');
    expect(err).toMatchObject({
      type: 'AggregateError',
      message: 'both are gone',
      cause: { type: 'Error', code: '57P01' },
      errors: [{ message: 'lost' }],
    });
    expect(err.cause.stack).toContain('logger.test.ts');
    expect(lines[0]).not.toContain('S3CRET');
  });

  it('ends at a cause that is its own', () => {
    const lines: string[] = [];
    const error = new Error('loop');
    error.cause = error;
    logInto(lines).warn({ err: error }, 'trouble');
    expect(lines[0]?.match(/"message":"loop"/g)).toHaveLength(6);
  });

  it('names its service and keeps secrets to itself', () => {
    const lines: string[] = [];
    const logger = logInto(lines);
    logger.info({ password: 'S3CRET', user: { token: 'S3CRET' }, headers: { 'x-api-key': 'S3CRET' }, ok: 1 }, 'done');
    logger.debug('too fine');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'test', msg: 'done', ok: 1, password: '[redacted]' });
    expect(lines[0]).not.toContain('S3CRET');
  });
});

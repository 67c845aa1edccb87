import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';

describe('the log', () => {
  it('names its service and keeps secrets to itself', () => {
    const lines: string[] = [];
    const logger = createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } });
    logger.info({ password: 'S3CRET', user: { token: 'S3CRET' }, headers: { 'x-api-key': 'S3CRET' }, ok: 1 }, 'done');
    logger.debug('too fine');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ service: 'test', msg: 'done', ok: 1, password: '[redacted]' });
    expect(lines[0]).not.toContain('S3CRET');
  });
});

import { describe, expect, it } from '@jest/globals';
import { cutEnvelope, envelopeTail } from './envelope.ts';

const body = (data: unknown) =>
  Buffer.from(
    JSON.stringify({
      ...{ success: true, code: 'OK', message: 'ok', data },
      ...{ traceId: 'a'.repeat(32), timestamp: '2026-01-02T10:00:00.000+08:00' },
    }),
  );

describe('envelopes', () => {
  it('take another trace id and time and keep their data', () => {
    const data = { name: '贵州茅台', nested: { traceId: 'mine', timestamp: 'x' } };
    const cut = cutEnvelope(body(data));
    expect(JSON.parse(`${cut}${envelopeTail('b'.repeat(32))}`)).toEqual({
      ...{ success: true, code: 'OK', message: 'ok', data },
      ...{ traceId: 'b'.repeat(32), timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+08:00$/) },
    });
  });

  it('are cut at their own end, not at data that look like it', () => {
    const data = { text: '"traceId":"x","timestamp":"2026-01-02T10:00:00.000+08:00"}' };
    expect(JSON.parse(`${cutEnvelope(body(data))}${envelopeTail('c')}`)).toMatchObject({ data, traceId: 'c' });
  });

  it('of another shape are not cut', () => {
    expect(cutEnvelope(Buffer.from('{"traceId":"x"}'))).toBeUndefined();
    expect(cutEnvelope(Buffer.alloc(0))).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { currentTraceId, takeTrace, traceHeaders } from './trace.ts';

const ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const take = (headers: Record<string, string>) => takeTrace({ ...headers });

describe('the trace of a request', () => {
  it('is its caller’s, with a span of its own', () => {
    const trace = take({ traceparent: `00-${ID}-${PARENT}-01`, tracestate: 'vendor=1,other=2' });
    expect(trace).toMatchObject({ id: ID, flags: '01', state: 'vendor=1,other=2', correlationId: ID });
    expect(trace.span).toMatch(/^[0-9a-f]{16}$/);
    expect(trace.span).not.toBe(PARENT);
  });

  it('goes on in the headers of the request', () => {
    const headers: Record<string, string> = { traceparent: `00-${ID}-${PARENT}-03`, 'x-correlation-id': 'order-7' };
    const { span } = takeTrace(headers);
    expect(headers).toEqual({
      traceparent: `00-${ID}-${span}-03`,
      'x-trace-id': ID,
      'x-correlation-id': 'order-7',
    });
  });

  it.each([
    ['capital letters', `00-${ID.toUpperCase()}-${PARENT}-01`],
    ['an id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${ID}-${'0'.repeat(16)}-01`],
    ['version ff', `ff-${ID}-${PARENT}-01`],
    ['more than version 00 has', `00-${ID}-${PARENT}-01-more`],
    ['a later version that goes on without a dash', `cc-${ID}-${PARENT}-01.more`],
    ['flags that are none', `00-${ID}-${PARENT}-0x`],
    ['a short id', `00-${ID.slice(1)}-${PARENT}-01`],
    ['a space before', ` 00-${ID}-${PARENT}-01`],
    ['the header twice', `00-${ID}-${PARENT}-01, 00-${ID}-${PARENT}-01`],
    ['nothing', ''],
  ])('is a new one for %s', (_what, traceparent) => {
    const headers: Record<string, string> = { traceparent, tracestate: 'vendor=1' };
    const trace = takeTrace(headers);
    expect(trace.id).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.id).not.toBe(ID);
    expect(headers.tracestate).toBeUndefined();
    expect(headers.traceparent).toBe(`00-${trace.id}-${trace.span}-00`);
  });

  it('reads what it knows of a later version', () => {
    expect(take({ traceparent: `cc-${ID}-${PARENT}-09-what-comes-then` })).toMatchObject({ id: ID, flags: '01' });
  });

  it('goes by the fleet’s own header where there is no other', () => {
    expect(take({ 'x-trace-id': ID }).id).toBe(ID);
    expect(take({ 'x-trace-id': '0'.repeat(32) }).id).not.toBe('0'.repeat(32));
    expect(take({ 'x-trace-id': 'x' }).id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['', 'a b', 'a\tb', 'ä', '<script>', 'a,b', '"', '-', 'x'.repeat(129), '{"a":1}', '%0a'])(
    'has its own id for a correlation id that could do harm: %j',
    (text) => {
      const trace = take({ 'x-correlation-id': text });
      expect(trace.correlationId).toBe(trace.id);
    },
  );

  it('is a new one outside of any request', () => {
    expect(currentTraceId()).not.toBe(currentTraceId());
    expect(traceHeaders().traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});

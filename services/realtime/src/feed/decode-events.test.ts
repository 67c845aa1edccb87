import { describe, expect, it } from '@jest/globals';
import { barEvent, createEvent, tickEvent } from '@quotefleet/contracts';
import fc from 'fast-check';
import { barOf, tickOf } from '../../tests/payloads.ts';
import { decodeBarEvent, decodeTickEvent } from './decode-events.ts';

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 'x'.repeat(101), -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, true),
  fc.constantFrom<unknown>([], {}, [-1], ['1'], Array(11).fill(1), 2 ** 60, '600519.sh', '600519.XX'),
  fc.jsonValue(),
);

describe('decoding events', () => {
  it('accepts no tick that its schema refuses, whatever field is bent', () => {
    const tick = tickOf('600519.SH', 1, { phase: 'continuous', limitUp: 11, limitDown: 9, afterHoursVolume: 1 });
    expectNoLaxerThan({ decode: decodeTickEvent, schema: tickEvent, event: createEvent('md.tick', tick) });
  });

  it('accepts no bar that its schema refuses, whatever field is bent', () => {
    expectNoLaxerThan({
      decode: decodeBarEvent,
      schema: barEvent,
      event: createEvent('md.bar', barOf('600519.SH', 1)),
    });
  });

  it('takes plain events as they are', () => {
    const event = createEvent('md.tick', tickOf('600519.SH', 1));
    expect(decodeTickEvent(event)).toBe(event);
  });
});

interface Comparison {
  decode: (value: unknown) => unknown;
  schema: { safeParse(value: unknown): { success: boolean } };
  event: { payload: object };
}

function expectNoLaxerThan({ decode, schema, event }: Comparison): void {
  const fields = [...Object.keys(event), ...Object.keys(event.payload).map((field) => `payload.${field}`)];
  fc.assert(
    fc.property(fc.constantFrom(...fields), oddValue, (field, value) => {
      const bent = structuredClone(event) as Record<string, unknown> & { payload: Record<string, unknown> };
      if (field.startsWith('payload.')) bent.payload[field.slice('payload.'.length)] = value;
      else bent[field] = value;
      return isAccepted(() => decode(bent)) === schema.safeParse(bent).success;
    }),
    { numRuns: 1000 },
  );
}

function isAccepted(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

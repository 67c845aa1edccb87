import { describe, expect, it } from '@jest/globals';
import type { BarPayload } from '@quotefleet/contracts';
import { barOf } from '../../tests/payloads.ts';
import type { Connection } from '../connections/connection.ts';
import { Lane } from './lane.ts';
import type { Update } from './room-source.ts';

const SYMBOL = '600519.SH';
const MINUTE_MS = 60_000;
const room = { kind: 'bar', symbol: SYMBOL, period: '1m', name: `bar:${SYMBOL}:1m` } as const;

function update(minute: number, seq: number, prevSeq: number | undefined, fields: Partial<BarPayload> = {}): Update {
  const payload = barOf(SYMBOL, seq, { ts: minute * MINUTE_MS, ...fields });
  return { room, type: 'bar', payload, traceId: 't', ts: 1, epoch: payload.epoch, seq, prevSeq };
}

describe('a lane that merges bars', () => {
  /** What members are sent of these: seq, prevSeq, minute and whether it is final. */
  function sentOf(updates: readonly Update[]) {
    const lane = new Lane({ mode: 'merge', intervalMs: 1000, delaySeconds: 0 });
    lane.add({ isBehind: false } as Connection);
    for (const one of updates) lane.merge(one);
    const sent: unknown[] = [];
    lane.release(0, {
      send: (_connection, { place: { seq, prevSeq }, bytes }) => {
        const { ts, final } = JSON.parse(bytes.toString()).payload;
        sent.push([seq, prevSeq, ts / MINUTE_MS, final]);
      },
      hold: () => undefined,
    });
    return sent;
  }

  it('keeps the last state of each, whatever the next one or an amendment of an earlier one says', () => {
    expect(
      sentOf([
        update(1, 4, 3),
        update(1, 5, 4, { final: true }),
        update(2, 6, 5),
        update(2, 7, 6),
        update(0, 7, 7, { final: true }),
      ]),
    ).toEqual([
      [5, 3, 1, true],
      [7, 5, 2, false],
      [7, 7, 0, true],
    ]);
  });

  it('sends them in the order of their last states, each following on the one before', () => {
    expect(sentOf([update(2, 6, 5), update(1, 7, 6, { final: true }), update(2, 8, 7)])).toEqual([
      [7, 5, 1, true],
      [8, 7, 2, false],
    ]);
  });

  it('spares who comes what its snapshot is past', () => {
    const lane = new Lane({ mode: 'merge', intervalMs: 1000, delaySeconds: 0 });
    const [early, late] = [{ isBehind: false } as Connection, { isBehind: false } as Connection];
    lane.add(early);
    lane.merge(update(1, 5, 4, { final: true }));
    lane.merge(update(2, 6, 5));
    lane.add(late);
    lane.merge(update(2, 7, 6));
    expect(lane.pendingOf(late).map(({ seq }) => seq)).toEqual([7]);
    const sent = new Map<Connection, number[]>([early, late].map((connection) => [connection, []]));
    lane.release(0, { send: (to, { place }) => sent.get(to)?.push(place.seq), hold: () => undefined });
    expect([...sent.values()]).toEqual([[5, 7], [7]]);
  });

  it('sends those of one epoch before those of the next', () => {
    expect(sentOf([update(1, 5, 4), update(2, 6, 5), update(1, 1, undefined, { epoch: 'e2' })])).toEqual([
      [5, 4, 1, false],
      [6, 5, 2, false],
      [1, undefined, 1, false],
    ]);
  });
});

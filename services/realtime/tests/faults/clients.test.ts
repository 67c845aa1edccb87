import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { SOCKET_EVENTS } from '@quotefleet/contracts';
import { describeWith } from '@quotefleet/testing';
import type { Socket } from 'socket.io-client';
import type { AuditClient } from './audit-client.ts';
import { readFaultsConfig } from './config.ts';
import { countReturned, useFaultFleet } from './fault-cell.ts';
import { p99 } from './percentile.ts';
import { runCell } from './run-cell.ts';

jest.setTimeout(240_000);

const { faultMs } = readFaultsConfig();
/** Long enough to be 5 s behind what the system buffers, and cut off 5 s later. */
const SLOW_MS = Math.max(faultMs, 6000) + 6000;
const ABUSE_ROUNDS = 3;
const ABUSE_PAUSE_MS = 400;

/** Ten levels a side, so that a tick takes more than a kilobyte. */
const levels = (from: number) => Array.from({ length: 10 }, (_, level) => from + level / 100);
const LARGE_TICK = {
  ...{ bidPrices: levels(9).reverse(), askPrices: levels(10), phase: 'continuous-morning' },
  ...{ bidVolumes: levels(1).map((_, level) => 123_456_700 + level), askVolumes: levels(1).map(() => 987_654_300) },
};

const ABUSES: [string, (socket: Socket) => void][] = [
  [
    'Flooding subscribe',
    (socket) => {
      for (let call = 0; call < 500; call++)
        socket.emit(SOCKET_EVENTS.subscribe, { rooms: ['system', 'tick:600519.SH'] });
    },
  ],
  [
    'Garbage',
    (socket) => {
      for (const garbage of [undefined, null, 7, 'x', [], { rooms: {} }, { rooms: [null, { room: [] }] }])
        socket.emit(SOCKET_EVENTS.subscribe, garbage);
      socket.emit('no such event', { deep: [[[['x']]]] });
      for (const text of ['', '\u0000', '2/market,[', '2/market,{"a":1}', '9/other', '51-/market,["x"]', '{{{{'])
        socket.io.engine.write(text);
    },
  ],
  ['Oversized frames', (socket) => socket.emit(SOCKET_EVENTS.subscribe, { rooms: ['x'.repeat(200_000)] })],
  [
    'Binary frames',
    (socket) => {
      socket.emit(SOCKET_EVENTS.subscribe, Buffer.alloc(2000, 7));
      socket.emit(SOCKET_EVENTS.subscribe, { rooms: [Buffer.from('tick:600519.SH')] });
      socket.io.engine.write(Buffer.alloc(3000, 0xff) as never);
    },
  ],
];

describeWith(['kafka', 'redis'], 'realtime clients that misbehave', (servers) => {
  const use = useFaultFleet(servers, 2);

  it.each(ABUSES)('%s: neither the one who does it nor the others lose anything', async (fault, abuse) => {
    const { client, ...stage } = use.stage();
    const [abuser, ...others] = [client(), client(), client()] as [AuditClient, AuditClient, AuditClient];
    await runCell({
      ...{ fault, ...stage, clients: [abuser, ...others] },
      happened: () => `the sender was put out ${timesOut(abuser)}; ${countReturned(others)} others were`,
      inject: async () => {
        for (let round = 0; round < ABUSE_ROUNDS; round++) {
          abuser.abuse(abuse);
          await sleep(ABUSE_PAUSE_MS);
        }
      },
    });
    expect(countReturned(others)).toBe(0);
  });

  it('tells a client that reads 10 kB a second what it does not get, and does not delay the others', async () => {
    const { client, ...stage } = use.stage({ perSecond: 1500, fields: LARGE_TICK });
    const door = await use.way();
    const [slow, merging] = [client({ door }), client({ door, mode: 'merge' })];
    const others = [client(), client(), client()];
    let [fromMs, toMs] = [0, 0];
    await runCell({
      ...{
        fault: `Slow client, 10 kB/s for ${SLOW_MS / 1000} s`,
        ...stage,
        clients: [slow, merging, ...others],
      },
      happened: () =>
        `raw: put out ${timesOut(slow)}, merged: ${timesOut(merging)}; p99 of the others ${p99(others, 0, fromMs)} ms before, ${p99(others, fromMs, toMs)} ms during`,
      inject: async () => {
        fromMs = performance.now();
        door.setBandwidth(10_000);
        await sleep(SLOW_MS);
        toMs = performance.now();
        door.mend();
      },
    });
    expect(slow.connections).toBeGreaterThan(1);
    expect(countReturned(others)).toBe(0);
    // Who had to wait for the slow one would wait as long as it is slow.
    expect(p99(others, fromMs, toMs)).toBeLessThan(3000);
  });
});

function timesOut({ connections, codes }: AuditClient): string {
  const times = connections === 2 ? 'once' : `${connections - 1} times`;
  return codes.length === 0 ? times : `${times} (${[...new Set(codes)].join(', ')})`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { describeWith } from '@quotefleet/testing';
import { countReturned, useFaultFleet } from './fault-cell.ts';
import type { Place } from './fault-fleet.ts';
import { p99 } from './percentile.ts';
import { runCell } from './run-cell.ts';
import { openStalled } from './stalled-clients.ts';

jest.setTimeout(240_000);

const STALLED = 1000;
const ROOMS_EACH = 20;
/** Past the 5 s after which who does not read is put out. */
const OBSERVED_SECONDS = 8;
const MEGABYTE = 1024 * 1024;
const GROWTH_MAX_MB = 150;

describeWith(['kafka', 'redis'], 'a realtime node with stalled clients', (servers) => {
  const use = useFaultFleet(servers, 1);

  it('keeps its memory and serves the others', async () => {
    const { client, ...stage } = use.stage({ symbolCount: 100, perSecond: 400 });
    const [{ node }] = use.fleet.places as [Place];
    const rooms = stage.symbols.map((symbol) => `tick:${symbol}`);
    // Everybody in other rooms, so that no two can share what waits for them.
    const end = await openStalled(node.url, STALLED, (index) =>
      Array.from({ length: ROOMS_EACH }, (_, step) => rooms[(index * 7 + step * step) % rooms.length] ?? ''),
    );
    const clients = [client(), client(), client()];
    const usedMb = async () => {
      const { heapUsed, external } = await node.memory();
      return Math.round((heapUsed + external) / MEGABYTE);
    };
    const before = await usedMb();
    const during: number[] = [];
    let putOut = 0;
    await runCell({
      ...{ fault: `${STALLED} stalled clients`, ...stage, clients },
      happened: () =>
        `${putOut} put out (SLOW_CONSUMER); memory of the node ${before} MB before, ${Math.max(...during)} MB at most, ${during.at(-1)} MB in the end; p99 of the others ${p99(clients)} ms`,
      inject: async () => {
        for (let second = 0; second < OBSERVED_SECONDS; second++) {
          await sleep(1000);
          during.push(await usedMb());
        }
        const metrics = await (await fetch(`${node.url}/metrics`)).text();
        putOut = Number(/^socketio_disconnects_total\{.*code="SLOW_CONSUMER".*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
      },
    });
    end();
    expect(putOut).toBeGreaterThan(STALLED / 2);
    expect(countReturned(clients)).toBe(0);
    expect(Math.max(...during) - before).toBeLessThan(GROWTH_MAX_MB);
    expect(p99(clients)).toBeLessThan(3000);
  });
});

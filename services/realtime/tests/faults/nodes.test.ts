import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWith } from '@quotefleet/testing';
import { AuditClient } from './audit-client.ts';
import { readFaultsConfig } from './config.ts';
import { FaultFleet, type Place } from './fault-fleet.ts';
import { runCell } from './run-cell.ts';
import { ownSymbols, TickSource } from './tick-source.ts';

jest.setTimeout(180_000);

const { faultMs } = readFaultsConfig();
const PER_SECOND = 200;

describeWith(['kafka', 'redis'], 'realtime nodes that fail', (servers) => {
  let fleet: FaultFleet;
  let first: Place;
  beforeAll(async () => {
    fleet = await FaultFleet.start({ brokers: servers.kafka.brokers, redisUrl: servers.redis.url, nodes: 3 });
    [first] = fleet.places as [Place];
  });
  afterAll(() => fleet.stop());

  function cell(symbolCount = 10) {
    const symbols = ownSymbols(symbolCount);
    const rooms = symbols.map((symbol) => `tick:${symbol}`);
    const source = new TickSource({ bus: fleet.bus, symbols, perSecond: PER_SECOND });
    return { symbols, rooms, source };
  }

  it('loses nothing for clients of a node that is killed', async () => {
    const { rooms, ...parts } = cell();
    const clients = Array.from({ length: 6 }, () => new AuditClient({ door: fleet.door, rooms }));
    const verdict = await runCell({
      ...{ fault: 'node killed (SIGKILL)', ...parts, clients },
      happened: () => `${clients.filter(({ connections }) => connections > 1).length} clients went to other nodes`,
      inject: () => first.node.kill(),
    });
    expect(clients.filter(({ connections }) => connections > 1)).not.toEqual([]);
    expect(verdict.gapCovered).toBe(0);
    await fleet.restart(first);
  });

  it('loses nothing when a node is paused, for clients that wait and for clients that go', async () => {
    const { rooms, ...parts } = cell();
    const waiting = Array.from({ length: 3 }, () => new AuditClient({ door: fleet.door, rooms }));
    const leaving = Array.from({ length: 3 }, () => new AuditClient({ door: fleet.door, rooms, silenceMaxMs: 2000 }));
    const clients = [...waiting, ...leaving];
    await runCell({
      ...{ fault: `node paused ${faultMs / 1000} s (SIGSTOP)`, ...parts, clients },
      happened: () => `${clients.filter(({ connections }) => connections > 1).length} of 6 clients went elsewhere`,
      inject: async () => {
        first.node.pause();
        await sleep(faultMs);
        first.node.resume();
      },
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { describeWith } from '@quotefleet/testing';
import { readFaultsConfig } from './config.ts';
import { countReturned, useFaultFleet } from './fault-cell.ts';
import type { Place } from './fault-fleet.ts';
import { runCell } from './run-cell.ts';

jest.setTimeout(240_000);

const { faultMs } = readFaultsConfig();
const seconds = faultMs / 1000;
const BEHIND_MS = 2000;

describeWith(['kafka', 'redis'], 'realtime nodes whose networks fail', (servers) => {
  const use = useFaultFleet(servers, 2);

  it.each([
    ['Redis', 'redis'],
    ['Kafka', 'kafka'],
  ] as const)('loses nothing when nodes are parted from %s', async (title, network) => {
    const { client, ...stage } = use.stage();
    const waiting = Array.from({ length: 4 }, () => client());
    // Those that go come from a node that is behind to another one that is.
    const clients = [...waiting, client({ silenceMaxMs: 1500 }), client({ silenceMaxMs: 1500 })];
    const [silent, cut] = use.fleet.places as [Place, Place];
    await runCell({
      ...{ fault: `${title} partition ${seconds} s`, ...stage, clients },
      happened: () =>
        `one node without answers, one with connections reset; ${countReturned(clients)} clients reconnected`,
      inject: async () => {
        silent[network].pause();
        cut[network].cut();
        await sleep(faultMs);
        silent[network].mend();
        cut[network].mend();
      },
    });
  });

  // At such rates that the 1 MB of missed messages that one answer carries is enough.
  it.each([
    [1, 200],
    [seconds, 50],
  ])('loses nothing for clients that are away for %d s', async (awaySeconds, perSecond) => {
    const { client, ...stage } = use.stage({ perSecond });
    const door = await use.way();
    const clients = [client({ door }), client({ door }), client()];
    const verdict = await runCell({
      ...{ fault: `Client dropped ${awaySeconds} s`, ...stage, clients },
      happened: () => `${countReturned(clients)} of 3 clients were cut off and resumed`,
      inject: async () => {
        door.cut();
        await sleep(awaySeconds * 1000);
        door.mend();
      },
    });
    expect([countReturned(clients), verdict.gapCovered]).toEqual([2, 0]);
  });

  it('loses nothing for clients that come to a node which is behind them', async () => {
    const { client, ...stage } = use.stage();
    const clients = Array.from({ length: 4 }, () => client());
    const [behind, killed] = use.fleet.places as [Place, Place];
    await runCell({
      ...{ fault: 'Node killed while the other is parted from Kafka', ...stage, clients },
      happened: () => `${countReturned(clients)} clients resumed at the node that was behind`,
      inject: async () => {
        behind.kafka.pause();
        await sleep(BEHIND_MS);
        await killed.node.kill();
        await sleep(BEHIND_MS);
        behind.kafka.mend();
      },
    });
    expect(countReturned(clients)).toBeGreaterThan(0);
    await use.fleet.restart(killed);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { describeWith } from '@quotefleet/testing';
import { readFaultsConfig } from './config.ts';
import { countReturned, useFaultFleet } from './fault-cell.ts';
import type { Place } from './fault-fleet.ts';
import { joinAndLeave } from './join-and-leave.ts';
import { runCell } from './run-cell.ts';

jest.setTimeout(240_000);

const { faultMs } = readFaultsConfig();
const HOUR_MS = 3_600_000;

describeWith(['kafka', 'redis'], 'realtime nodes that fail', (servers) => {
  const use = useFaultFleet(servers, 3);

  it('loses nothing for clients of a node that is killed', async () => {
    const { client, ...stage } = use.stage();
    const clients = Array.from({ length: 6 }, () => client());
    const [first] = use.fleet.places as [Place];
    const verdict = await runCell({
      ...{ fault: 'Node killed (SIGKILL)', ...stage, clients },
      happened: () => `${countReturned(clients)} clients resumed at other nodes`,
      inject: () => first.node.kill(),
    });
    expect(countReturned(clients)).toBeGreaterThan(0);
    expect(verdict.gapCovered).toBe(0);
    await use.fleet.restart(first);
  });

  it('loses nothing when a node is paused, for clients that wait and for clients that go', async () => {
    const { client, ...stage } = use.stage();
    const waiting = Array.from({ length: 3 }, () => client());
    const leaving = Array.from({ length: 3 }, () => client({ silenceMaxMs: 2000 }));
    const [first] = use.fleet.places as [Place];
    await runCell({
      ...{ fault: `Node paused ${faultMs / 1000} s (SIGSTOP)`, ...stage, clients: [...waiting, ...leaving] },
      happened: () =>
        `those that go after 2 s of silence: ${countReturned(leaving)} resumed elsewhere; those that wait: ${countReturned(waiting)} did`,
      inject: async () => {
        first.node.pause();
        await sleep(faultMs);
        first.node.resume();
      },
    });
  });

  it('loses nothing while members come to its consumer groups and go', async () => {
    const { client, ...stage } = use.stage();
    const clients = Array.from({ length: 3 }, () => client());
    const groups = use.fleet.places.flatMap(({ node }) => node.groups.filter((name) => name.includes('ticks')));
    expect(groups).toHaveLength(3);
    let strangers = 0;
    await runCell({
      ...{ fault: `Kafka rebalance storm ${faultMs / 1000} s`, ...stage, clients },
      happened: () =>
        `${strangers} strangers joined and left the groups of 3 nodes; ${countReturned(clients)} clients reconnected`,
      inject: async () => {
        const storms = groups.map((group) => joinAndLeave(use.fleet.bus, group, faultMs));
        strangers = (await Promise.all(storms)).reduce((sum, count) => sum + count, 0);
      },
    });
    expect(strangers).toBeGreaterThanOrEqual(3);
  });

  it('loses nothing while the clocks of the nodes are stepped', async () => {
    const { client, ...stage } = use.stage();
    const clients = Array.from({ length: 3 }, () => client());
    const steps = [HOUR_MS, -2 * HOUR_MS, HOUR_MS];
    await runCell({
      ...{ fault: 'Clock steps: +1 h, -2 h, +1 h', ...stage, clients },
      happened: () => `${countReturned(clients)} clients reconnected`,
      inject: async () => {
        for (const step of steps) {
          for (const { node } of use.fleet.places) node.stepClock(step);
          await sleep(faultMs / 4);
        }
      },
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';

const STAY_MS = 700;

/**
 * For `ms`, one stranger after the other joins a consumer group, is given a part of its partitions, handles nothing and
 * leaves: each time the group is shared out anew.
 * @returns how many came
 */
export async function joinAndLeave(bus: EventBus, group: string, ms: number): Promise<number> {
  const untilMs = performance.now() + ms;
  let count = 0;
  for (; performance.now() < untilMs; count++) {
    const stranger = await bus.subscribe({
      ...{ group, topics: [TOPICS.ticks], from: 'latest', decode: (value: unknown) => value },
      handle: (_batch, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject)),
    });
    await sleep(STAY_MS);
    await stranger.close();
  }
  return count;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@quotefleet/contracts';
import { Kafka, logLevel } from 'kafkajs';

const STAY_MS = 700;

/**
 * For `ms`, one stranger after the other joins a consumer group, is given a part of its partitions, takes nothing and
 * leaves: each time the group is shared out anew.
 * @returns how many came
 */
export async function joinAndLeave(brokers: readonly string[], groupId: string, ms: number): Promise<number> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'stranger', logLevel: logLevel.NOTHING });
  const untilMs = performance.now() + ms;
  let count = 0;
  for (; performance.now() < untilMs; count++) {
    const stranger = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
    await stranger.connect();
    await stranger.subscribe({ topics: [TOPICS.ticks] });
    await stranger.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined });
    await sleep(STAY_MS);
    await stranger.disconnect();
  }
  return count;
}

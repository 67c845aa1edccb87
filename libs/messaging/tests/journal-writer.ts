import { createInProcessBus } from '../src/index.ts';

/**
 * Run as a process of its own by the test that kills it: publishes numbers for ever, prints each after
 * it was accepted, and consumes some of them.
 */
const [journalDir = '', topic = ''] = process.argv.slice(2);
const bus = createInProcessBus({ journalDir });
await bus.ensureTopics([{ name: topic, partitions: 4 }]);
await bus.subscribe({
  group: 'slow',
  topics: [topic],
  from: 'earliest',
  batchMax: 5,
  decode: (value) => value,
  handle: () => new Promise((resolve) => setTimeout(resolve, 50)),
});
for (let number = 0; ; number += 1) {
  await bus.publish(topic, [{ key: `key ${number % 7}`, value: number }]);
  process.stdout.write(`${number}\n`);
}

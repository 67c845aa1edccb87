import { createKafkaBus } from '../src/index.ts';

/** Run as a process of its own by the test that kills it: takes a batch, says so, and never ends. */
const [brokers = '', group = '', topic = ''] = process.argv.slice(2);
const bus = createKafkaBus({ brokers: brokers.split(','), clientId: 'stuck' });
await bus.subscribe({
  group,
  topics: [topic],
  from: 'earliest',
  decode: (value) => value,
  handle: () => {
    process.stdout.write('taken\n');
    return new Promise(() => undefined);
  },
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { createKafkaBus } from '../src/index.ts';

jest.setTimeout(60_000);

describeWith('kafka', 'an idle Kafka bus', (servers) => {
  it('lets the process sleep between its polls, and keeps nothing running once it is closed', async () => {
    const topic = uniqueName('idle');
    const bus = createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('test') });
    await bus.ensureTopics([{ name: topic, partitions: 1 }]);
    await bus.publish(topic, [{ key: 'k', value: 1 }]);
    const handle = async () => undefined;
    await bus.subscribe({
      group: uniqueName('idle'),
      topics: [topic],
      from: 'latest',
      decode: (value) => value,
      handle,
    });
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await sleep(1000);
    const whileOpen = timers.mock.calls.length;
    await bus.close();
    timers.mockClear();
    await sleep(1000);
    const whenClosed = timers.mock.calls.length;
    timers.mockRestore();
    // Without care it is a thousand for each connection.
    expect(whileOpen).toBeLessThan(100);
    expect(whenClosed).toBe(0);
  });
});

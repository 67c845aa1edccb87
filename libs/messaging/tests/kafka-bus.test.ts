import { jest } from '@jest/globals';
import { describeWith, uniqueName } from '@quotefleet/testing';
import { describeEventBusContract } from '../src/contract/event-bus-contract.ts';
import { createKafkaBus } from '../src/index.ts';

jest.setTimeout(60_000);

describeWith('kafka', 'the Kafka bus', (servers) => {
  describeEventBusContract(() => createKafkaBus({ brokers: servers.kafka.brokers, clientId: uniqueName('test') }));
});

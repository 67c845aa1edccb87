import { uniqueName } from '@quotefleet/testing';
import type { EventBus, SubscribeOptions, Subscription } from '../event-bus.ts';
import type { Probe } from './probe.ts';

/** Partitions of the fixture's topic. */
export const PARTITIONS = 4;

/** A bus with a topic and a group of its own, made anew for each test. */
export class ContractFixture {
  #bus: EventBus | undefined;
  #topic = '';
  #group = '';

  get bus(): EventBus {
    if (!this.#bus) {
      throw new Error('the fixture has a bus inside tests only');
    }
    return this.#bus;
  }

  get topic(): string {
    return this.#topic;
  }

  get group(): string {
    return this.#group;
  }

  async set(bus: EventBus): Promise<void> {
    this.#bus = bus;
    this.#topic = uniqueName('topic');
    this.#group = uniqueName('group');
    await bus.ensureTopics([{ name: this.#topic, partitions: PARTITIONS }]);
  }

  /** Subscribes a probe, from the earliest event unless told otherwise. */
  subscribe(probe: Probe, changes: Partial<SubscribeOptions<number>> = {}): Promise<Subscription> {
    const { group, topic } = this;
    return this.bus.subscribe({ ...probe.options, group, topics: [topic], from: 'earliest', ...changes });
  }
}

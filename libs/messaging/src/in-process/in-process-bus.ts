import { AsyncLocalStorage } from 'node:async_hooks';
import { deadLetterTopic } from '@quotefleet/contracts';
import {
  BusUnavailableError,
  type DeadLetter,
  type EventBus,
  type OutgoingEvent,
  type SubscribeOptions,
  type Subscription,
  type TopicSpec,
} from '../event-bus.ts';
import { requireTopicSpec } from '../topic-spec.ts';
import { BusStorage } from './bus-storage.ts';
import { frozenJson } from './frozen-json.ts';
import type { Positions } from './journal/positions-file.ts';
import { Member } from './member.ts';
import { PartitionLog } from './partition-log.ts';
import { partitionOf } from './partition-of.ts';
import { Topic } from './topic.ts';

const BACKLOG_MAX_DEFAULT = 10_000;

interface CreateInProcessBusOptions {
  /**
   * Where accepted events and positions are kept; one process at a time may use it. Without it
   * everything is in memory and ends with the process.
   */
  journalDir?: string;
  /** Records per partition: see {@link createInProcessBus}; 10,000 where absent. */
  backlogMax?: number;
}

/**
 * The bus of a single process.
 *
 * - Memory is bounded. What every group of a topic committed is forgotten, so a group that comes
 *   later with `from: 'earliest'` gets what is left. A topic without groups keeps its newest
 *   `backlogMax` records per partition; so does a group without members, which misses the rest.
 *   `from: { sinceMs }` reaches back as far as records are left, which are none where every group is up
 *   to date; records of a journal count from when the process read them.
 * - A publish waits while a group with members is `backlogMax` records behind, and rejects with
 *   BusUnavailableError when that lasts over 10 s. A publish made by a handler never waits: it could
 *   be waiting for itself.
 * - Handlers of one subscription run at once for different partitions.
 * - With `journalDir` a publish resolves after write() returned: accepted events survive the death of
 *   the process (kill -9), not that of the machine, since nothing is fsynced. On start everything
 *   uncommitted is delivered again, and some of what was committed in the last 100 ms.
 *
 * @throws Error when the journal is damaged elsewhere than at its torn end
 */
export function createInProcessBus(options: CreateInProcessBusOptions = {}): EventBus {
  return new InProcessBus(options);
}

class InProcessBus implements EventBus {
  readonly #topics = new Map<string, Topic>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #storage: BusStorage | undefined;
  readonly #backlogMax: number;
  /** Holds within a handler and what it calls. */
  readonly #handling = new AsyncLocalStorage<true>();
  #isClosed = false;

  constructor({ journalDir, backlogMax = BACKLOG_MAX_DEFAULT }: CreateInProcessBusOptions) {
    this.#backlogMax = backlogMax;
    this.#storage = journalDir === undefined ? undefined : new BusStorage(journalDir, () => this.#positions());
    for (const { name, groups, ...parts } of this.#storage?.load() ?? []) {
      const topic = this.#addTopic(name, parts);
      for (const [group, positions] of Object.entries(groups)) {
        topic.openGroup(group, positions);
      }
      topic.trim();
    }
  }

  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of specs.map(requireTopicSpec)) {
      if (!this.#topics.has(name)) {
        const logs = Array.from({ length: partitions }, () => new PartitionLog(0));
        this.#addTopic(name, { logs, journal: this.#storage?.createTopic(name, partitions) });
      }
    }
  }

  async publish(name: string, events: readonly OutgoingEvent[]): Promise<void> {
    if (this.#isClosed) {
      throw new BusUnavailableError(`topic ${name}: the bus is closed`);
    }
    const topic = this.#topics.get(name);
    if (!topic) {
      throw new BusUnavailableError(`topic ${name}: expected a topic made by ensureTopics, found none`);
    }
    const entries = events.map(({ key, value }) => ({
      partition: partitionOf(key, topic.partitions),
      key,
      value: frozenJson(value),
    }));
    await topic.publish(entries, this.#handling.getStore() === undefined);
  }

  async subscribe<T>(options: SubscribeOptions<T>): Promise<Subscription> {
    const topics = options.topics.map((name) => {
      const topic = this.#topics.get(name);
      if (!topic || this.#isClosed) {
        throw new BusUnavailableError(`topic ${name}: expected an open bus with this topic to subscribe to`);
      }
      return topic;
    });
    const handle: typeof options.handle = (batch, signal) =>
      this.#handling.run(true, () => options.handle(batch, signal));
    const member = Member.create({ ...options, handle }, (letter) => this.#bury(letter));
    const joined = topics.map((topic) => topic.openGroup(options.group, options.from).join(member));
    const caughtUp = Promise.all(joined).then(() => undefined);
    const close = async () => {
      if (this.#subscriptions.delete(subscription)) {
        for (const topic of topics) {
          topic.leave(options.group, member);
        }
      }
      await member.close();
    };
    const subscription = { caughtUp, close };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  async check(): Promise<void> {
    if (this.#isClosed) {
      throw new BusUnavailableError('the bus is closed');
    }
    this.#storage?.check();
    for (const topic of this.#topics.values()) {
      topic.check();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    if (!this.#isClosed) {
      this.#isClosed = true;
      await Promise.all([...this.#topics.values()].map((topic) => topic.close()));
      await this.#storage?.close();
    }
  }

  #addTopic(name: string, parts: Pick<ConstructorParameters<typeof Topic>[0], 'logs' | 'journal'>): Topic {
    const backlogMax = this.#backlogMax;
    const topic = new Topic({ ...parts, name, backlogMax, onCommit: () => this.#storage?.touch() });
    this.#topics.set(name, topic);
    return topic;
  }

  async #bury(letter: DeadLetter): Promise<void> {
    const name = deadLetterTopic(letter.topic);
    await this.ensureTopics([{ name, partitions: 1 }]);
    await this.#topics.get(name)?.publish([{ partition: 0, key: letter.key, value: frozenJson(letter) }], false);
  }

  #positions(): Positions {
    const positions: Positions = {};
    for (const [name, topic] of this.#topics) {
      positions[name] = Object.fromEntries([...topic.groups].map(([group, { positions }]) => [group, positions]));
    }
    return positions;
  }
}

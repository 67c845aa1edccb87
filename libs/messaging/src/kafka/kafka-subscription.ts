import type { Admin, Consumer, Kafka } from 'kafkajs';
import { backoffMs, endsWithin, pause } from '../delivery/pause.ts';
import { unlessAborted } from '../delivery/unless-aborted.ts';
import { BusUnavailableError, type DeadLetter, type SubscribeOptions, type Subscription } from '../event-bus.ts';
import { reasonOf } from '../reason-of.ts';
import { CatchUp } from './catch-up.ts';
import { consumeBatch } from './consume-batch.ts';
import { KAFKA_RETRY } from './kafka-retry.ts';
import { type Assignment, commitStartPositions } from './start-positions.ts';

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
const REBALANCE_TIMEOUT_MS = 60_000;
/** A consumer that is behind works off large fetches: a quarter more events a second than the client's 1 MB. */
const FETCH_BYTES_PER_PARTITION = 3 * 1024 * 1024;
const FETCH_BYTES = 12 * 1024 * 1024;
const FETCH_WAIT_MS = 100;
const PARTITIONS_AT_ONCE = 4;
/** After this no further attempt to join is made: a broker that just started needs a few. */
const OPEN_TIMEOUT_MS = 10_000;
/** How long close waits for handlers in hand. */
const HANDLER_GRACE_MS = 2_000;
/** How long close waits then for the broker to be told. */
const LEAVE_GRACE_MS = 700;

interface KafkaSubscriptionTools {
  kafka: Kafka;
  /** Lends an admin client for one piece of work. */
  withAdmin: (work: (admin: Admin) => Promise<void>) => Promise<void>;
  bury: (letter: DeadLetter) => Promise<void>;
}

/** One consumer from its join until it crashes. */
interface Session {
  consumer: Consumer;
  crashed: Promise<unknown>;
}

/** A member of a consumer group, once opened; it starts anew, with a new consumer, whenever kafkajs gives up. */
export class KafkaSubscription<T> implements Subscription {
  readonly #options: SubscribeOptions<T>;
  readonly #tools: KafkaSubscriptionTools;
  readonly #closing = new AbortController();
  readonly #abandoning = new AbortController();
  readonly #catchUp = new CatchUp();
  readonly #from: 'earliest' | 'latest' | number;
  #hasPositions = false;
  #current: Consumer | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: SubscribeOptions<T>, tools: KafkaSubscriptionTools) {
    this.#options = options;
    this.#tools = tools;
    // However long the join takes, the time counts from here.
    this.#from = typeof options.from === 'object' ? Date.now() - options.from.sinceMs : options.from;
  }

  get caughtUp(): Promise<void> {
    return this.#catchUp.done;
  }

  /** @throws BusUnavailableError when the group could not be joined */
  async open(): Promise<void> {
    const { group, topics } = this.#options;
    const { signal } = this.#closing;
    const deadline = performance.now() + OPEN_TIMEOUT_MS;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const session = await this.#start();
        void this.#keepUp(session);
        return;
      } catch (error) {
        if (signal.aborted || performance.now() > deadline) {
          await this.close();
          const reason = `group ${group} could not join for ${topics.join(', ')}: ${reasonOf(error)}`;
          throw new BusUnavailableError(reason, { cause: error });
        }
        await pause(backoffMs(attempt), signal);
      }
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#catchUp.end();
    const left = this.#disconnect();
    if (!(await endsWithin(HANDLER_GRACE_MS, left))) {
      this.#abandoning.abort();
      await endsWithin(LEAVE_GRACE_MS, left);
    }
  }

  async #start(): Promise<Session> {
    try {
      return await this.#join();
    } catch (error) {
      await this.#disconnect();
      throw error;
    }
  }

  /** Resolves once the group is joined and every partition has a position. */
  async #join(): Promise<Session> {
    const { group, topics } = this.#options;
    const consumer = this.#tools.kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      // This class starts anew itself, after every kind of crash.
      retry: { ...KAFKA_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.#current = consumer;
    const crashed = new Promise<unknown>((resolve) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error));
    });
    const positioned = this.#positionAfterJoin(consumer);
    const { signal } = this.#closing;
    await consumer.connect();
    // Starts are committed explicitly, so this is for positions that the broker forgot: repeat, do not skip.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    signal.throwIfAborted();
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) =>
        consumeBatch(payload, this.#options, {
          signal: this.#closing.signal,
          abandoned: this.#abandoning.signal,
          bury: this.#tools.bury,
          onCommit: (...handled) => this.#catchUp.reached(...handled),
          sessionTimeoutMs: SESSION_TIMEOUT_MS,
        }),
    });
    const crash = crashed.then((error) => Promise.reject(error));
    await unlessAborted(Promise.race([positioned, crash]), signal);
    signal.throwIfAborted();
    return { consumer, crashed };
  }

  /** Resolves after a join whose partitions all have a committed position; until then none is fetched. */
  #positionAfterJoin(consumer: Consumer): Promise<void> {
    return new Promise((resolve) => {
      let joins = 0;
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        joins += 1;
        const assignment: Assignment = payload.memberAssignment;
        if (this.#hasPositions) {
          this.#catchUp.reassigned(assignment);
          resolve();
          return;
        }
        const join = joins;
        const topics = this.#options.topics.map((topic) => ({ topic }));
        consumer.pause(topics);
        void this.#position(consumer, assignment, () => join === joins).then((isDone) => {
          if (isDone) {
            this.#hasPositions = true;
            consumer.resume(topics);
            resolve();
          }
        });
      });
    });
  }

  /** Resolves with whether it is done; it is not when a later join does it again. */
  async #position(consumer: Consumer, assignment: Assignment, isLatestJoin: () => boolean): Promise<boolean> {
    const { group, topics } = this.#options;
    const { signal } = this.#closing;
    const from = this.#from;
    for (let attempt = 0; !signal.aborted && isLatestJoin(); attempt += 1) {
      try {
        await this.#tools.withAdmin(async (admin) => {
          const backlogs = await commitStartPositions({ admin, consumer, group, topics, from, assignment, signal });
          if (isLatestJoin()) {
            this.#catchUp.begin(backlogs);
          }
        });
        return isLatestJoin();
      } catch (error) {
        this.#tell(error);
        await pause(backoffMs(attempt), signal);
      }
    }
    return false;
  }

  async #keepUp(first: Session): Promise<void> {
    const { signal } = this.#closing;
    let session: Session | undefined = first;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      if (session) {
        const error = await session.crashed;
        attempt = 0;
        this.#tell(error);
      }
      await pause(backoffMs(attempt), signal);
      if (!signal.aborted) {
        session = await this.#restart();
      }
    }
  }

  async #restart(): Promise<Session | undefined> {
    try {
      return await this.#start();
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  async #disconnect(): Promise<void> {
    try {
      await this.#current?.disconnect();
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    if (!this.#closing.signal.aborted) {
      const reason = `group ${this.#options.group}: ${reasonOf(error)}`;
      this.#options.onTrouble?.({ kind: 'connection', reason });
    }
  }
}

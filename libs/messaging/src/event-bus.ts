/** One event on its way to a topic. `value` must be JSON; `key` decides partition and order. */
export interface OutgoingEvent {
  key: string;
  value: unknown;
}

/** A decoded event, with the position it was read from. */
export interface ReceivedEvent<T> {
  key: string;
  value: T;
  offset: string;
}

/** Consecutive events of one partition, in order. */
export interface EventBatch<T> {
  topic: string;
  partition: number;
  events: readonly ReceivedEvent<T>[];
}

/**
 * Where a group without a committed position starts: at the oldest event, behind the newest, or at the
 * first event of the last `sinceMs` milliseconds (a partition without any starts behind its newest).
 * How far back `sinceMs` reaches, see each driver.
 */
export type StartPosition = 'earliest' | 'latest' | { sinceMs: number };

export interface SubscribeOptions<T> {
  /** Members of one group share the partitions; each group sees every event. */
  group: string;
  topics: readonly string[];
  /** Where a group without a committed position starts. */
  from: StartPosition;
  /**
   * Turns the JSON value into T; a throw here (as with a value that is not JSON at all)
   * sends the event to the topic's dead letters and goes on.
   */
  decode: (value: unknown) => T;
  /**
   * Handles a batch; batches of different partitions may be in hand at once. The signal is aborted when
   * the subscription closes. The position is committed after it resolves. A throw of PoisonEventError
   * dead-letters that event and the rest is handed in again; any other throw is taken for a passing
   * fault: the same batch is handed in again after a growing pause, until it succeeds or the
   * subscription is closed.
   */
  handle: (batch: EventBatch<T>, signal: AbortSignal) => Promise<void>;
  /** Most events in one batch; 500 where absent. */
  batchMax?: number;
  /** Told of every redelivery and dead letter; for logs and metrics. */
  onTrouble?: (trouble: BusTrouble) => void;
}

export interface BusTrouble {
  kind: 'redelivery' | 'dead-letter' | 'connection';
  topic?: string;
  reason: string;
}

export interface Subscription {
  /**
   * Settles once everything published before the subscribe call was handled, as far as it falls to this
   * member of the group; when the subscription closes before, it settles, too. Never rejects.
   */
  readonly caughtUp: Promise<void>;
  /** Stops after the batch in hand; what it did not commit is delivered to the group again. */
  close(): Promise<void>;
}

/**
 * At-least-once delivery, in order per key. A publish that resolves has been accepted durably
 * (as durably as the driver can: see each driver).
 */
export interface EventBus {
  /** Creates what is missing; existing topics stay as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves when every event has been accepted; rejects with BusUnavailableError when that is not certain. */
  publish(topic: string, events: readonly OutgoingEvent[]): Promise<void>;
  /** Resolves once the group is joined and positions are known: nothing published later is missed. */
  subscribe<T>(options: SubscribeOptions<T>): Promise<Subscription>;
  /** Rejects when the bus cannot be used now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface TopicSpec {
  name: string;
  partitions: number;
}

/** Thrown by a handler: this event can never be handled; it goes to the dead letters. */
export class PoisonEventError extends Error {
  /** Index of the event in the batch. */
  readonly index: number;

  constructor(index: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'PoisonEventError';
    this.index = index;
  }
}

/** The bus did not accept a publish, or it is not known whether it did. */
export class BusUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BusUnavailableError';
  }
}

/** What a dead-letter topic holds: the event as it came, and why it was put there. */
export interface DeadLetter {
  topic: string;
  partition: number;
  offset: string;
  group: string;
  key: string;
  reason: string;
  failedAt: number;
  /** The raw value, as text; cut after 128 Ki characters. */
  value: string;
}

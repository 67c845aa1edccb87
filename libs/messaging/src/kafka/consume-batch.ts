import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { deliver, type RawEvent } from '../delivery/deliver.ts';
import { unlessAborted } from '../delivery/unless-aborted.ts';
import type { DeadLetter, SubscribeOptions } from '../event-bus.ts';

const BATCH_MAX_DEFAULT = 500;
const HEARTBEAT_CHECK_MS = 1_000;
/** What the broker answers when this member does not hold its partitions any more. */
const LOST = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP']);

export interface ConsumeContext {
  signal: AbortSignal;
  /** Aborted when closing does not wait any longer: nothing may be committed then. */
  abandoned: AbortSignal;
  bury(letter: DeadLetter): Promise<void>;
  /** Told after a commit: `next` is the offset to read next. */
  onCommit(topic: string, partition: number, next: number): void;
  /** How long the broker waits for a heartbeat. */
  sessionTimeoutMs: number;
}

/**
 * Hands the messages of one fetch to the handler, piece by piece, each committed once it was handled.
 * Heartbeats go on meanwhile, however long a handler takes or fails. Throws what kafkajs must know of:
 * it then joins the group anew.
 */
export async function consumeBatch<T>(
  payload: EachBatchPayload,
  options: SubscribeOptions<T>,
  context: ConsumeContext,
): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  const batchMax = options.batchMax ?? BATCH_MAX_DEFAULT;
  const pulse = new Pulse(payload, context.sessionTimeoutMs);
  try {
    for (let from = 0; from < messages.length; from += batchMax) {
      if (context.signal.aborted || pulse.isLost()) {
        break;
      }
      const piece = messages.slice(from, from + batchMax);
      const delivered = deliver({ topic, partition, events: piece.map(toRawEvent) }, options, {
        signal: context.signal,
        isLost: () => pulse.isLost(),
        bury: context.bury,
      });
      if (!(await unlessAborted(delivered, context.abandoned))) {
        return;
      }
      await commit(payload, piece, context);
    }
  } catch (error) {
    if (!context.signal.aborted && pulse.failure === undefined) {
      throw error;
    }
  } finally {
    pulse.stop();
  }
  if (pulse.failure !== undefined && !context.signal.aborted) {
    throw pulse.failure;
  }
}

async function commit(
  payload: EachBatchPayload,
  piece: readonly KafkaMessage[],
  { onCommit }: ConsumeContext,
): Promise<void> {
  const last = piece.at(-1);
  if (last === undefined) {
    return;
  }
  const { topic, partition } = payload.batch;
  payload.resolveOffset(last.offset);
  const offset = (BigInt(last.offset) + 1n).toString();
  await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
  onCommit(topic, partition, Number(offset));
}

function toRawEvent({ key, value, offset }: KafkaMessage): RawEvent {
  const text = () => value?.toString('utf8') ?? '';
  return { key: key?.toString('utf8') ?? '', offset, text, read: () => JSON.parse(text()) };
}

/** Keeps the membership alive while a batch is in hand, and knows when that failed. */
class Pulse {
  failure: Error | undefined;
  readonly #payload: EachBatchPayload;
  readonly #sessionTimeoutMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastBeat = performance.now();

  constructor(payload: EachBatchPayload, sessionTimeoutMs: number) {
    this.#payload = payload;
    this.#sessionTimeoutMs = sessionTimeoutMs;
    this.#timer = setInterval(() => void this.#beat(), HEARTBEAT_CHECK_MS);
  }

  isLost(): boolean {
    return this.failure !== undefined || !this.#payload.isRunning() || this.#payload.isStale();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    try {
      await this.#payload.heartbeat();
      this.#lastBeat = performance.now();
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      const isOver = performance.now() - this.#lastBeat > this.#sessionTimeoutMs;
      // A broker that is merely away may come back before the session is over.
      if (isOver || ('type' in failure && LOST.has(String(failure.type)))) {
        this.failure = failure;
      }
    }
  }
}

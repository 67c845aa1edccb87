import type { Admin, Consumer } from 'kafkajs';
import { pause } from '../delivery/pause.ts';

const OTHERS_PAUSE_MS = 100;
const NO_OFFSET = '-1';

/** Partitions by topic. */
export type Assignment = Record<string, number[]>;

interface StartPositionsOptions {
  admin: Admin;
  consumer: Consumer;
  group: string;
  topics: readonly string[];
  from: 'earliest' | 'latest';
  /** The partitions this member has now. */
  assignment: Assignment;
  signal: AbortSignal;
}

/**
 * Commits where a new group starts, for the partitions of this member, and waits until the other
 * members did so for theirs. Without it "latest" would be decided at the first fetch, and once more
 * by whoever takes over a partition before its first commit: both miss events.
 */
export async function commitStartPositions(options: StartPositionsOptions): Promise<void> {
  const { consumer, assignment, signal } = options;
  while (!signal.aborted) {
    const missing = await findMissing(options);
    if (missing.length === 0) {
      return;
    }
    const mine = missing.filter(({ topic, partition }) => assignment[topic]?.includes(partition));
    if (mine.length > 0) {
      const starts = await findStarts(options, mine);
      await consumer.commitOffsets(starts);
      for (const start of starts) {
        consumer.seek(start);
      }
    } else {
      await pause(OTHERS_PAUSE_MS, signal);
    }
  }
}

interface TopicPartition {
  topic: string;
  partition: number;
}

async function findMissing({ admin, group, topics }: StartPositionsOptions): Promise<TopicPartition[]> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  return committed.flatMap(({ topic, partitions }) =>
    partitions.filter(({ offset }) => offset === NO_OFFSET).map(({ partition }) => ({ topic, partition })),
  );
}

async function findStarts(
  { admin, from }: StartPositionsOptions,
  wanted: readonly TopicPartition[],
): Promise<(TopicPartition & { offset: string })[]> {
  const starts: (TopicPartition & { offset: string })[] = [];
  for (const topic of new Set(wanted.map((one) => one.topic))) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (wanted.some((one) => one.topic === topic && one.partition === partition)) {
        starts.push({ topic, partition, offset: from === 'earliest' ? low : high });
      }
    }
  }
  return starts;
}

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
  /** A number stands for a time: ms since the epoch. */
  from: 'earliest' | 'latest' | number;
  /** The partitions this member has now. */
  assignment: Assignment;
  signal: AbortSignal;
}

/**
 * Commits where a new group starts, for the partitions of this member, and waits until the other
 * members did so for theirs. Without it "latest" would be decided at the first fetch, and once more
 * by whoever takes over a partition before its first commit: both miss events.
 *
 * @returns what this member has to work off, empty when aborted
 */
export async function commitStartPositions(options: StartPositionsOptions): Promise<Backlog[]> {
  const { consumer, assignment, signal } = options;
  while (!signal.aborted) {
    const positions = await findPositions(options);
    const missing = positions.filter(({ offset }) => offset === NO_OFFSET);
    if (missing.length === 0) {
      return findBacklogs(
        options,
        positions.filter(({ topic, partition }) => assignment[topic]?.includes(partition)),
      );
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
  return [];
}

interface TopicPartition {
  topic: string;
  partition: number;
}

type Position = TopicPartition & { offset: string };

/** A partition that holds events a member has not handled. */
export type Backlog = TopicPartition & {
  /** The position behind the newest. */
  end: number;
};

async function findPositions({ admin, group, topics }: StartPositionsOptions): Promise<Position[]> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  return committed.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic, partition, offset })),
  );
}

async function findStarts(options: StartPositionsOptions, wanted: readonly TopicPartition[]): Promise<Position[]> {
  const starts: Position[] = [];
  for (const topic of new Set(wanted.map((one) => one.topic))) {
    for (const { partition, offset } of await findTopicStarts(options, topic)) {
      if (wanted.some((one) => one.topic === topic && one.partition === partition)) {
        starts.push({ topic, partition, offset });
      }
    }
  }
  return starts;
}

async function findTopicStarts({ admin, from }: StartPositionsOptions, topic: string) {
  if (typeof from === 'number') {
    return admin.fetchTopicOffsetsByTimestamp(topic, from);
  }
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.map(({ partition, low, high }) => ({ partition, offset: from === 'earliest' ? low : high }));
}

async function findBacklogs({ admin }: StartPositionsOptions, positions: readonly Position[]): Promise<Backlog[]> {
  const backlogs: Backlog[] = [];
  for (const topic of new Set(positions.map((position) => position.topic))) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      const position = positions.find((one) => one.topic === topic && one.partition === partition);
      // What the broker forgot cannot be handled any more.
      if (position && Math.max(Number(position.offset), Number(low)) < Number(high)) {
        backlogs.push({ topic, partition, end: Number(high) });
      }
    }
  }
  return backlogs;
}

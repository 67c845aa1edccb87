import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { frozenJson } from './frozen-json.ts';
import { type Positions, PositionsFile } from './journal/positions-file.ts';
import { createSegment, readSegments } from './journal/segments.ts';
import { TopicJournal } from './journal/topic-journal.ts';
import { PartitionLog } from './partition-log.ts';

/** A topic as the journal has it. */
export interface StoredTopic {
  name: string;
  logs: PartitionLog[];
  journal: TopicJournal;
  /** Committed position per group and partition. */
  groups: Record<string, number[]>;
}

/** The files of a journalled bus: a folder of segments per topic, and the positions of the groups. */
export class BusStorage {
  readonly #directory: string;
  readonly #positions: PositionsFile;

  constructor(directory: string, currentPositions: () => Positions) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
    this.#positions = new PositionsFile(join(directory, 'positions.json'), currentPositions);
  }

  /** Reads every topic that was there when the process ended. */
  load(): StoredTopic[] {
    const positions = this.#positions.load();
    const topics: StoredTopic[] = [];
    for (const entry of readdirSync(this.#directory, { withFileTypes: true })) {
      const stored = entry.isDirectory() ? readSegments(join(this.#directory, entry.name)) : undefined;
      if (stored) {
        const logs = stored.start.map((offset) => new PartitionLog(offset));
        for (const { partition, key, text } of stored.records) {
          logs[partition]?.append({ key, value: frozenJson(JSON.parse(text)) });
        }
        const journal = new TopicJournal(join(this.#directory, entry.name), stored.segments);
        topics.push({ name: entry.name, logs, journal, groups: positions[entry.name] ?? {} });
      }
    }
    return topics;
  }

  createTopic(name: string, partitions: number): TopicJournal {
    const directory = join(this.#directory, name);
    const next = Array.from({ length: partitions }, () => 0);
    return new TopicJournal(directory, [createSegment(directory, 1, next)]);
  }

  /** Saves the positions soon. */
  touch(): void {
    this.#positions.touch();
  }

  check(): void {
    this.#positions.check();
  }

  close(): Promise<void> {
    return this.#positions.close();
  }
}

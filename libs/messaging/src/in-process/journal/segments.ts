import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRecords, encodeRecord, HEADER_PARTITION, type JournalRecord } from './record-format.ts';

const SUFFIX = '.segment';

export interface Segment {
  id: number;
  path: string;
  bytes: number;
  /** Per partition the offset after its last record up to this segment's end. */
  next: number[];
}

interface StoredTopic {
  segments: Segment[];
  /** Next offsets at the beginning of the oldest segment. */
  start: number[];
  records: JournalRecord[];
}

/** Makes a segment that holds nothing but the next offset of every partition. */
export function createSegment(directory: string, id: number, next: readonly number[]): Segment {
  const path = join(directory, `${String(id).padStart(10, '0')}${SUFFIX}`);
  const text = JSON.stringify(next);
  const header = encodeRecord({ partition: HEADER_PARTITION, offset: 0, key: '', text });
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, header, { flag: 'wx' });
  return { id, path, bytes: header.length, next: [...next] };
}

/**
 * Reads the segments of a topic and cuts the torn tail that a crash leaves in the newest one.
 * Returns undefined when none was finished.
 *
 * @throws Error when another segment is damaged: what follows would be silently lost
 */
export function readSegments(directory: string): StoredTopic | undefined {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith(SUFFIX))
    .sort();
  let stored: StoredTopic | undefined;
  for (const [index, name] of names.entries()) {
    const path = join(directory, name);
    const bytes = readFileSync(path);
    const { records, validBytes } = decodeRecords(bytes);
    const header = records.shift();
    if (validBytes < bytes.length) {
      if (index < names.length - 1) {
        throw new Error(`journal segment ${path}: expected a record at byte ${validBytes}, found damage`);
      }
      truncateSync(path, validBytes);
    }
    if (header === undefined) {
      rmSync(path);
      continue;
    }
    stored ??= { segments: [], start: readHeader(path, header), records: [] };
    const next = [...(stored.segments.at(-1)?.next ?? stored.start)];
    for (const record of records) {
      next[record.partition] = record.offset + 1;
      stored.records.push(record);
    }
    stored.segments.push({ id: Number.parseInt(name, 10), path, bytes: validBytes, next });
  }
  return stored;
}

function readHeader(path: string, { partition, text }: JournalRecord): number[] {
  const next: unknown = partition === HEADER_PARTITION ? JSON.parse(text) : undefined;
  if (!Array.isArray(next) || !next.every((offset) => Number.isInteger(offset))) {
    throw new Error(`journal segment ${path}: expected a header with offsets, was ${text}`);
  }
  return next;
}

import { crc32 } from 'node:zlib';

/** A record of a segment: `u32 body length, u32 crc of the body, body`. */
export interface JournalRecord {
  partition: number;
  offset: number;
  key: string;
  /** The event's value as JSON text. */
  text: string;
}

const PREFIX_BYTES = 8;
/** partition u16, offset u48, key length u32 */
const HEAD_BYTES = 12;
/** Marks the first record of a segment, whose text holds the next offset of every partition. */
export const HEADER_PARTITION = 0xffff;

export function encodeRecord({ partition, offset, key, text }: JournalRecord): Buffer {
  const keyBytes = Buffer.byteLength(key);
  const bodyBytes = HEAD_BYTES + keyBytes + Buffer.byteLength(text);
  const record = Buffer.allocUnsafe(PREFIX_BYTES + bodyBytes);
  record.writeUInt32LE(bodyBytes, 0);
  record.writeUInt16LE(partition, PREFIX_BYTES);
  record.writeUIntLE(offset, PREFIX_BYTES + 2, 6);
  record.writeUInt32LE(keyBytes, PREFIX_BYTES + 8);
  record.write(key, PREFIX_BYTES + HEAD_BYTES);
  record.write(text, PREFIX_BYTES + HEAD_BYTES + keyBytes);
  record.writeUInt32LE(crc32(record.subarray(PREFIX_BYTES)), 4);
  return record;
}

/** The records of a segment up to its end, or to the first that is cut or damaged. */
export function decodeRecords(bytes: Buffer): { records: JournalRecord[]; validBytes: number } {
  const records: JournalRecord[] = [];
  let position = 0;
  while (position + PREFIX_BYTES + HEAD_BYTES <= bytes.length) {
    const bodyBytes = bytes.readUInt32LE(position);
    const body = bytes.subarray(position + PREFIX_BYTES, position + PREFIX_BYTES + bodyBytes);
    if (bodyBytes < HEAD_BYTES || body.length < bodyBytes || crc32(body) !== bytes.readUInt32LE(position + 4)) {
      break;
    }
    const valueStart = HEAD_BYTES + body.readUInt32LE(8);
    records.push({
      partition: body.readUInt16LE(0),
      offset: body.readUIntLE(2, 6),
      key: body.toString('utf8', HEAD_BYTES, valueStart),
      text: body.toString('utf8', valueStart),
    });
    position += PREFIX_BYTES + bodyBytes;
  }
  return { records, validBytes: position };
}

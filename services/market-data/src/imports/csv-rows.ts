import { invalidArgument } from '@quotefleet/service-kit';
import { parse } from 'csv-parse/sync';
import type { RowOrFault } from './vendors/index.ts';

/** A longer line is no line of market data. */
const LINE_CHARACTERS_MAX = 65_536;
/** No character has more than four bytes. */
const LINE_BYTES_MAX = 4 * LINE_CHARACTERS_MAX;
const NEWLINE = 0x0a;

/**
 * The rows of a CSV file with a header, in UTF-8 (with or without BOM) or GB18030 (so GBK), told by the header.
 * Every line stands alone: a quote left open spoils its own line, not the rest of the file.
 * @throws AppError INVALID_ARGUMENT where there is no header
 */
export async function* csvRows(content: AsyncIterable<Buffer>): AsyncGenerator<RowOrFault> {
  let header: string[] | undefined;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let number = 0;
  for await (const bytes of lines(content)) {
    number += 1;
    decoder ??= new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'gb18030');
    const line = decoder.decode(bytes).replace(/\r$/, '');
    if (line.trim() === '') continue;
    if (!header) {
      header = splitLine(line.replace(/^\uFEFF/, ''))?.map((name) => name.trim());
      if (!header || header.length < 2) throw invalidArgument('body', 'expected a CSV file with a header line');
      continue;
    }
    yield toRow(number, header, line);
  }
  if (!header) throw invalidArgument('body', 'expected a CSV file with a header line, was empty');
}

function toRow(line: number, header: readonly string[], text: string): RowOrFault {
  if (text.length > LINE_CHARACTERS_MAX)
    return { line, fault: `expected at most ${LINE_CHARACTERS_MAX} characters, was ${text.length}` };
  const cells = splitLine(text);
  if (!cells) return { line, fault: 'the quotes do not close' };
  if (cells.length !== header.length) return { line, fault: `expected ${header.length} cells, was ${cells.length}` };
  return { line, cells: Object.fromEntries(header.map((name, index) => [name, cells[index]])) };
}

/** Undefined where the line cannot be split. A line without quotes, as nearly all are, needs no parser. */
function splitLine(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  try {
    const [record] = parse(line) as string[][];
    return record;
  } catch {
    return undefined;
  }
}

/** The lines, each cut where it is too long anyway: a file of a few bytes may unzip to one of gigabytes. */
async function* lines(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([rest, chunk.subarray(start, end)]);
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    if (rest.length <= LINE_BYTES_MAX) rest = Buffer.concat([rest, chunk.subarray(start)]);
  }
  if (rest.length > 0) yield rest;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

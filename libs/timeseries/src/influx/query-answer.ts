import { StoreUnavailableError } from '../time-series-store.ts';
import { answerError } from './influx-errors.ts';

export type FieldValue = string | number | boolean | null;

/** Rows of one group of a statement's answer. A large group comes in several of these. */
export interface ResultSeries {
  /** Which statement of the request it answers, from 0 on. */
  statement: number;
  name: string;
  tags: Readonly<Record<string, string>>;
  columns: readonly string[];
  values: readonly (readonly FieldValue[])[];
}

interface Answer {
  error?: string;
  results?: {
    statement_id?: number;
    error?: string;
    series?: { name?: string; tags?: Record<string, string>; columns?: string[]; values?: FieldValue[][] }[];
  }[];
}

/**
 * The series of a chunked answer, which is one JSON document per line.
 *
 * @throws the error that the answer holds, be its status 200 or not
 */
export async function* resultSeries(body: AsyncIterable<Uint8Array>): AsyncGenerator<ResultSeries> {
  for await (const line of lines(body)) {
    const { error, results = [] } = parse(line);
    if (error !== undefined) throw answerError(error);
    for (const { statement_id: statement = 0, error, series = [] } of results) {
      if (error !== undefined) throw answerError(error);
      for (const { name = '', tags = {}, columns = [], values = [] } of series) {
        yield { statement, name, tags, columns, values };
      }
    }
  }
}

function parse(line: string): Answer {
  try {
    return JSON.parse(line) as Answer;
  } catch (cause) {
    throw new StoreUnavailableError('InfluxDB is not available: its answer ended within a document', { cause });
  }
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let unfinished: string[] = [];
  for await (const chunk of body) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    unfinished.push(first);
    for (const other of others) {
      const line = unfinished.join('');
      if (line.trim() !== '') yield line;
      unfinished = [other];
    }
  }
  const line = unfinished.join('');
  if (line.trim() !== '') yield line;
}

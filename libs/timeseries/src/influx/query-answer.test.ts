import { describe, expect, it } from '@jest/globals';
import { StoreUnavailableError } from '../time-series-store.ts';
import { type ResultSeries, resultSeries } from './query-answer.ts';

const series = (value: string) => ({ name: 'm', columns: ['time', 'v'], values: [[1, value]] });
const twoDocuments = [
  { results: [{ statement_id: 0, series: [series('行情')], partial: true }] },
  { results: [{ statement_id: 1, series: [series('a\nb')] }, { statement_id: 2 }] },
];

async function parse(text: string, bytesAtOnce: number): Promise<ResultSeries[]> {
  const bytes = Buffer.from(text);
  async function* body() {
    for (let at = 0; at < bytes.length; at += bytesAtOnce) yield bytes.subarray(at, at + bytesAtOnce);
  }
  const found: ResultSeries[] = [];
  for await (const one of resultSeries(body())) found.push(one);
  return found;
}

describe('an answer of InfluxDB', () => {
  it.each([1, 7, 10_000])('is read document by document, %d bytes at a time', async (bytesAtOnce) => {
    const text = twoDocuments.map((document) => `${JSON.stringify(document)}\n`).join('');
    expect(await parse(text, bytesAtOnce)).toEqual([
      { statement: 0, tags: {}, ...series('行情') },
      { statement: 1, tags: {}, ...series('a\nb') },
    ]);
    expect(await parse(text.trimEnd(), bytesAtOnce)).toHaveLength(2);
  });

  it('is an error where a document says so, though what came before was none', async () => {
    const failed = { results: [{ statement_id: 0, error: 'field type mismatch' }] };
    const text = `${JSON.stringify(twoDocuments[0])}\n${JSON.stringify(failed)}\n`;
    await expect(parse(text, 100)).rejects.toThrow('InfluxDB refused a statement: field type mismatch');
    await expect(parse('{"error":"engine is closed"}\n', 100)).rejects.toThrow(StoreUnavailableError);
  });

  it('is an error when it ends within a document', async () => {
    await expect(parse('{"results":[{"stat', 100)).rejects.toThrow(StoreUnavailableError);
  });
});

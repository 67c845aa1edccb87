import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** `text` is what `psql \copy` sends, `binary` the fastest there is. */
export type CopyFormat = 'binary' | 'text';

/**
 * The store's own bulk loader on the rows of `market.ticks`: COPY, encoded beforehand, into a table of the same columns
 * and primary key.
 * @returns rows per second
 */
export async function copyTicks(url: string, count: number, format: CopyFormat): Promise<number> {
  const target = `copied_${format}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const chunks: Buffer[] = [];
    const source = client.query(
      copyTo(`COPY (SELECT * FROM market.ticks ORDER BY ts, symbol) TO STDOUT (FORMAT ${format})`),
    );
    for await (const chunk of source) chunks.push(Buffer.from(chunk as Buffer));
    await client.query(`CREATE TABLE ${target} (LIKE market.ticks INCLUDING ALL)`);
    const started = performance.now();
    await pipeline(Readable.from(chunks), client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT ${format})`)));
    const elapsedMs = performance.now() - started;
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${target}`);
    if (Number(rows[0]?.count) !== count) throw new Error(`COPY stored ${rows[0]?.count} of ${count} rows`);
    return (count * 1000) / elapsedMs;
  } finally {
    await client.end();
  }
}

import { checkRow } from '../row-check.ts';
import type { ColumnValue, SeriesRow, WriteResult } from '../time-series-store.ts';
import type { InfluxClient } from './influx-client.ts';
import type { InfluxSeries } from './influx-series.ts';
import { sendRows } from './line-sender.ts';
import { EARLIEST_MS, LATEST_MS } from './point-time.ts';
import { keyText } from './row-key.ts';
import { readStored } from './stored-rows.ts';
import { SymbolTags, type TagsOf } from './symbol-tags.ts';

/** Writes the rows of one series. */
export class RowWriter {
  readonly #client: InfluxClient;
  readonly #series: InfluxSeries;
  readonly #tags: SymbolTags;
  /** Ends with the last write that was begun. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(client: InfluxClient, series: InfluxSeries, tagsOf: TagsOf) {
    this.#client = client;
    this.#series = series;
    this.#tags = new SymbolTags(client, series, tagsOf);
  }

  async append(rows: readonly SeriesRow[]): Promise<void> {
    checkRows(this.#series, rows);
    await this.#send(rows);
  }

  /** One after another: two writes of the same row would each take it for new. */
  async write(rows: readonly SeriesRow[]): Promise<WriteResult> {
    checkRows(this.#series, rows);
    const written = this.#queue.then(() => this.#merge(rows));
    this.#queue = written.catch(() => undefined);
    return written;
  }

  async #merge(rows: readonly SeriesRow[]): Promise<WriteResult> {
    const { definition } = this.#series;
    const changed = new Map(rows.map((row) => [keyText(definition, row), row]));
    const distinct = changed.size;
    const names = definition.columns.map(({ name }) => name);
    let unchanged = 0;
    let amended = 0;
    const onRow = (stored: SeriesRow) => {
      const key = keyText(definition, stored);
      const row = changed.get(key);
      if (row === undefined) return;
      if (names.every((name) => isSame(row[name], stored[name]))) {
        unchanged++;
        changed.delete(key);
      } else amended++;
    };
    await readStored(this.#client, this.#series, { rows, onRow });
    await this.#send([...changed.values()]);
    return { inserted: distinct - unchanged - amended, amended, unchanged };
  }

  async #send(rows: readonly SeriesRow[]): Promise<void> {
    if (rows.length === 0) return;
    await sendRows(this.#client, this.#series, { rows, tagsOf: await this.#tags.lookUp() });
  }
}

/** @throws TypeError for the first row that does not fit */
function checkRows({ definition }: InfluxSeries, rows: readonly SeriesRow[]): void {
  for (const [i, row] of rows.entries()) {
    checkRow(definition, row, i);
    if (row.ts >= EARLIEST_MS && row.ts <= LATEST_MS) continue;
    throw new TypeError(`${definition.name} row ${i}, ts: expected a time of the years 1678 to 2261, was ${row.ts}`);
  }
}

function isSame(a: ColumnValue, b: ColumnValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((element, i) => element === b[i]);
}

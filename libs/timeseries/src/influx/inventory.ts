import type { InfluxClient } from './influx-client.ts';
import { fromTag, quoteName, toTag } from './influx-names.ts';
import { type InfluxSeries, maskField } from './influx-series.ts';
import { placeOf, toMilliseconds } from './point-time.ts';

/** The symbols that have rows, ascending. The server's index may still have those of rows that are gone. */
export async function listSymbols(client: InfluxClient, { source }: InfluxSeries): Promise<string[]> {
  const answer = await client.queryAll({
    text: `SELECT last(${quoteName(maskField(0))}) FROM ${source} GROUP BY "symbol"`,
  });
  return answer.flatMap(({ tags: { symbol } }) => (symbol === undefined ? [] : [fromTag(symbol)])).sort();
}

/** First and last time of a symbol's rows. */
export async function findSpan(client: InfluxClient, { source, sequence }: InfluxSeries, symbol: string) {
  const fields = [maskField(0), ...(sequence === undefined ? [] : [sequence])].map(quoteName).join(', ');
  const rows = `SELECT ${fields} FROM ${source} WHERE "symbol" = $symbol ORDER BY time`;
  const text = `${rows} ASC LIMIT 1; ${rows} DESC LIMIT 1`;
  const answer = await client.queryAll({ text, params: { symbol: toTag(symbol) } });
  const [first, last] = answer.flatMap(({ values }) =>
    values.map(([microseconds, , number]) => {
      const sub = sequence === undefined ? 0 : placeOf(Number(number)).sub;
      return toMilliseconds(Number(microseconds), sub);
    }),
  );
  return first === undefined || last === undefined ? undefined : { first, last };
}

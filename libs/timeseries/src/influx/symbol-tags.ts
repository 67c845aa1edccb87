import type { InfluxClient } from './influx-client.ts';
import { fromTag } from './influx-names.ts';
import type { InfluxSeries } from './influx-series.ts';

export type Tags = Readonly<Record<string, string>>;
export type TagsOf = (symbol: string) => Readonly<Record<string, string | undefined>> | undefined;

/**
 * The tags of each symbol of one series. Those of a symbol's first row stay: tags are part of a point's key, with
 * others the same row would be stored a second time.
 */
export class SymbolTags {
  readonly #client: InfluxClient;
  readonly #series: InfluxSeries;
  readonly #tagsOf: TagsOf;
  #stored: Promise<Map<string, Tags>> | undefined;

  constructor(client: InfluxClient, series: InfluxSeries, tagsOf: TagsOf) {
    this.#client = client;
    this.#series = series;
    this.#tagsOf = tagsOf;
  }

  /** What answers the tags of a symbol. */
  async lookUp(): Promise<(symbol: string) => Tags> {
    const { tags = [] } = this.#series.definition;
    if (tags.length === 0) return () => ({});
    this.#stored ??= this.#load();
    const known = await this.#stored.catch((error: unknown) => {
      this.#stored = undefined;
      throw error;
    });
    return (symbol) => {
      const stored = known.get(symbol);
      if (stored) return stored;
      const given = this.#tagsOf(symbol) ?? {};
      const chosen = Object.fromEntries(
        tags.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
      );
      known.set(symbol, chosen);
      return chosen;
    };
  }

  async #load(): Promise<Map<string, Tags>> {
    const { definition, source } = this.#series;
    const { tags = [] } = definition;
    const stored = new Map<string, Tags>();
    await this.#client.query({ text: `SHOW SERIES FROM ${source}` }, ({ values }) => {
      for (const [key] of values) {
        const all = parseSeriesKey(String(key));
        stored.set(all.symbol ?? '', Object.fromEntries(Object.entries(all).filter(([tag]) => tags.includes(tag))));
      }
    });
    return stored;
  }
}

/** `measurement,tag=value,...` */
export function parseSeriesKey(key: string): Record<string, string> {
  const [, ...tags] = key.split(/(?<!\\),/);
  return Object.fromEntries(
    tags.map((tag) => {
      const [name = '', value = ''] = tag.split(/(?<!\\)=/);
      return [name, fromTag(value.replaceAll(/\\([ ,=])/g, '$1'))];
    }),
  );
}

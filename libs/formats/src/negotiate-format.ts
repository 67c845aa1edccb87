import { FORMATS, type Format } from './format.ts';

/** Every name a client may ask by; `text/csv` and its like without parameters. */
const NAMES: Record<Format, readonly string[]> = {
  json: ['application/json'],
  ndjson: ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
  csv: ['text/csv', 'application/csv'],
  arrow: ['application/vnd.apache.arrow.stream'],
  parquet: ['application/vnd.apache.parquet', 'application/parquet', 'application/x-parquet'],
};

interface MediaRange {
  /** Such as `text/csv`, `text/*` or the range of everything. */
  name: string;
  /** 0 (never) to 1. */
  quality: number;
}

/**
 * The format to answer in. `format`, as given in the URL, wins; else the `Accept` header decides by quality, then by how
 * exactly the format is named, then by the header's order, then by the order of FORMATS; json where neither says
 * anything. Undefined when nothing that is asked for can be had: 406.
 */
export function negotiateFormat(format: string | undefined, accept: string | undefined): Format | undefined {
  if (format !== undefined) return FORMATS.find((known) => known === format.toLowerCase());
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(parseRange);
  let best: { format: Format; wish: Wish } | undefined;
  for (const candidate of FORMATS) {
    const wish = wishFor(candidate, ranges);
    if (wish && wish.quality > 0 && (!best || isStronger(wish, best.wish))) best = { format: candidate, wish };
  }
  return best?.format;
}

interface Wish {
  quality: number;
  /** 2 for a format's own name, 1 for `text/*`, 0 for everything. */
  exactness: number;
  position: number;
}

/** The most exact range that covers the format, as `application/json;q=0, text/csv;q=0.5` must not give JSON. */
function wishFor(format: Format, ranges: readonly MediaRange[]): Wish | undefined {
  let wish: Wish | undefined;
  for (const [position, { name, quality }] of ranges.entries()) {
    const exactness = exactnessOf(name, format);
    if (exactness !== undefined && (!wish || exactness > wish.exactness)) wish = { quality, exactness, position };
  }
  return wish;
}

function exactnessOf(range: string, format: Format): number | undefined {
  if (NAMES[format].includes(range)) return 2;
  if (range === '*/*') return 0;
  const main = NAMES[format][0]?.split('/')[0];
  return range === `${main}/*` ? 1 : undefined;
}

function isStronger(wish: Wish, than: Wish): boolean {
  if (wish.quality !== than.quality) return wish.quality > than.quality;
  if (wish.exactness !== than.exactness) return wish.exactness > than.exactness;
  return wish.position < than.position;
}

/** A quality that is no number from 0 to 1 counts as 0: the range is not taken. */
function parseRange(text: string): MediaRange {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2) || Number.NaN);
  return { name, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

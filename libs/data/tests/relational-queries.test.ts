import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import fc from 'fast-check';
import type { Condition, DataManager, DataQuery, DataRow } from '../src/index.ts';
import { openOwn } from './open-own.ts';
import { ownRegistry } from './own-registry.ts';

const registry = ownRegistry(`
  events:
    class: reference
    description: Events
    target: relational
    owner: market-data
    key: [symbol, no]
    columns:
      symbol: text
      no: bigint
      day: date
      value: double
      isFinal: boolean
      ts: timestamp
      exDay: date?
      note: text?
      levels: double[3]?
      detail: json?
`);

const NOTES = ['Alpha', 'alpha', 'al', 'beta', 'b%ta', '贵州茅台', '贵'];
const row = fc.record(
  {
    symbol: fc.constantFrom('600519.SH', '000001.SZ', '00700.HK'),
    no: fc.integer({ min: -3, max: 12 }),
    day: fc.constantFrom('2026-07-01', '2026-07-02', '2026-07-03'),
    value: fc.constantFrom(-1.5, 0, 0.1, 2, 1e300),
    isFinal: fc.boolean(),
    ts: fc.integer({ min: 0, max: 5 }),
    exDay: fc.constantFrom('2026-07-01', '2026-07-04'),
    note: fc.constantFrom(...NOTES),
    levels: fc.array(fc.constantFrom(1, 2.5), { maxLength: 3 }),
    detail: fc.constantFrom({ a: 1 }, [1]),
  },
  { requiredKeys: ['symbol', 'no', 'day', 'value', 'isFinal', 'ts'] },
);

describeWith('postgres', 'queries of a relational table', (servers) => {
  const database = isolatedDatabase(servers);
  let data: DataManager;
  let rows: DataRow[];

  const load = (query: Partial<DataQuery> = {}) => data.load('events', { limit: 1000, ...query });
  const where = async (conditions: DataQuery['where']) => load({ where: conditions });

  beforeAll(async () => {
    data = openOwn(database.url, registry);
    await data.prepare();
    const given = fc.sample(row, 300);
    await data.save('events', given);
    rows = await load();
  });
  afterAll(() => data?.close());

  it('gives rows in the order of their key', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows).toEqual([...rows].sort(by(['symbol', 'no'])));
  });

  it('answers every combination of conditions as a filter of all rows would', async () => {
    const query = fc.record(
      {
        symbol: conditionOn(fc.constantFrom('600519.SH', '000001.SZ', 'none')),
        no: conditionOn(fc.integer({ min: -4, max: 13 })),
        day: conditionOn(fc.constantFrom('2026-06-30', '2026-07-02', '2026-07-03')),
        value: conditionOn(fc.constantFrom(-2, 0, 0.1, 1e300)),
        isFinal: conditionOn(fc.boolean()),
        ts: conditionOn(fc.integer({ min: 0, max: 6 })),
        exDay: conditionOn(fc.constantFrom('2026-07-01', '2026-07-03', '2026-07-04')),
        note: fc.oneof(
          conditionOn(fc.constantFrom(...NOTES)),
          fc.record({ startsWith: fc.constantFrom('a', 'b%', '贵', '') }),
        ),
      },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(query, async (conditions) => {
      const expected = rows.filter((candidate) =>
        Object.entries(conditions).every(([name, condition]) => meets(candidate[name], condition)),
      );
      expect(await where(conditions)).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('finds rows that hold nothing, and those that hold nothing or enough', async () => {
    expect(await where({ exDay: null })).toEqual(rows.filter(({ exDay }) => exDay === undefined));
    expect(await where({ exDay: { absentOr: { from: '2026-07-02' } } })).toEqual(
      rows.filter(({ exDay }) => exDay === undefined || exDay >= '2026-07-02'),
    );
    expect(await where({ exDay: { absentOr: '2026-07-01' } })).toEqual(
      rows.filter(({ exDay }) => exDay === undefined || exDay === '2026-07-01'),
    );
    expect(await where({ levels: null, detail: null })).toEqual(
      rows.filter(({ levels, detail }) => levels === undefined && detail === undefined),
    );
    expect(await where({ exDay: { absentOr: {} } })).toEqual(rows);
    expect(await where({ exDay: {}, symbol: undefined })).toEqual(rows);
    expect(await where({ symbol: { in: [] } })).toEqual([]);
  });

  describe.each([
    { orderBy: [] },
    { orderBy: ['value'] },
    { orderBy: ['day', 'value'] },
    { orderBy: ['no'] },
    { orderBy: ['isFinal', 'ts'] },
  ])('pages in the order of %j and the key', ({ orderBy }) => {
    const order = [...orderBy, ...['symbol', 'no'].filter((name) => !orderBy.includes(name))];

    it.each([false, true])('are together what one page is (descending: %s)', async (descending) => {
      const sorted = [...rows].sort(by(order));
      const expected = descending ? sorted.reverse() : sorted;
      const paged: DataRow[] = [];
      for (;;) {
        const last = paged.at(-1);
        const after = last && order.map((name) => last[name] as string | number | boolean);
        const page = await load({ orderBy, descending, limit: 7, ...(after ? { after } : {}) });
        paged.push(...page);
        if (page.length < 7) break;
      }
      expect(paged).toEqual(expected);
    });
  });

  it('pages within conditions', async () => {
    const query = { where: { isFinal: true }, orderBy: ['value'], limit: 3 };
    const [first, second] = [await load(query), await load({ ...query, limit: 6 })];
    const last = first.at(-1);
    const after = [last?.value, last?.symbol, last?.no] as (string | number)[];
    expect(await load({ ...query, after })).toEqual(second.slice(3));
  });

  it.each<[string, Partial<DataQuery>, RegExp]>([
    [
      'a column that is not there',
      { where: { colour: 1 } },
      /^events: expected a column \(symbol, no, .*\), was 'colour'$/,
    ],
    [
      'a number by a text',
      { where: { no: "1' OR '1'='1" } },
      /^events, no: expected a safe integer, was "1' OR '1'='1"$/,
    ],
    ['a number by a fraction', { where: { no: { in: [1, 1.5] } } }, /^events, no: expected a safe integer, was 1.5$/],
    [
      'a number by infinity',
      { where: { value: { from: Number.POSITIVE_INFINITY } } },
      /^events, value: expected a finite number/,
    ],
    ['a text by a number', { where: { symbol: 600519 } }, /^events, symbol: expected well-formed text/],
    ['a text with the character 0', { where: { symbol: 'a\0b' } }, /^events, symbol: expected well-formed text/],
    [
      'a date that is none',
      { where: { day: '2026-02-30' } },
      /^events, day: expected a date YYYY-MM-DD, was "2026-02-30"$/,
    ],
    ['a date in another form', { where: { day: { through: '20260701' } } }, /^events, day: expected a date/],
    ['a boolean by a text', { where: { isFinal: 'true' } }, /^events, isFinal: expected a boolean/],
    ['a list', { where: { levels: 1 } }, /^events, levels: expected a column that can be compared/],
    ['a JSON value', { where: { detail: '{}' } }, /^events, detail: expected a column that can be compared/],
    ['the start of a number', { where: { no: { startsWith: '1' } } }, /^no: expected a column of text/],
    [
      'an order by what may be absent',
      { orderBy: ['note'] },
      /^events: expected an order by single values that are always there, was note$/,
    ],
    ['an order by a list', { orderBy: ['levels'] }, /always there, was levels$/],
    [
      'a place of too few values',
      { after: ['600519.SH'] },
      /^events: expected after to have 2 values \(symbol,no\), was 1$/,
    ],
    ['a place of another type', { after: ['600519.SH', 'x'] }, /^events, no: expected a safe integer/],
    ['no row', { limit: 0 }, /^events: expected a limit from 1 on, was 0$/],
    ['half a row', { limit: 1.5 }, /^events: expected a limit from 1 on, was 1.5$/],
    ['rows without end', { limit: Number.NaN }, /^events: expected a limit from 1 on, was NaN$/],
  ])('refuse to ask for %s', async (_, query, message) => {
    const loaded = load(query);
    await expect(loaded).rejects.toThrow(TypeError);
    await expect(loaded).rejects.toThrow(message);
  });
});

function conditionOn<T extends string | number | boolean>(value: fc.Arbitrary<T>): fc.Arbitrary<Condition> {
  const bounds = fc.record({ from: value, through: value, before: value }, { requiredKeys: [] });
  const plain = fc.oneof(value, fc.record({ in: fc.array(value, { maxLength: 3 }) }), bounds, fc.constant(null));
  return fc.oneof(plain, fc.record({ absentOr: plain }));
}

/** What the conditions mean, said once more. */
function meets(value: DataRow[string], condition: Condition | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === null) return value === undefined;
  if (typeof condition !== 'object') return value === condition;
  if ('in' in condition) return condition.in.some((one) => one === value);
  const isEmpty = Object.keys(condition).length === 0;
  if ('absentOr' in condition) {
    const inner = condition.absentOr;
    const asksNothing = typeof inner === 'object' && inner !== null && Object.keys(inner).length === 0;
    return asksNothing || value === undefined || meets(value, inner);
  }
  if (isEmpty) return true;
  if (value === undefined) return false;
  const { from, through, before, startsWith } = condition;
  return (
    (from === undefined || value >= from) &&
    (through === undefined || value <= through) &&
    (before === undefined || value < before) &&
    (startsWith === undefined || String(value).startsWith(startsWith))
  );
}

/** By code points, false before true. */
function by(names: readonly string[]): (a: DataRow, b: DataRow) => number {
  return (a, b) => {
    for (const name of names) {
      const [left, right] = [a[name], b[name]] as [number, number];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}

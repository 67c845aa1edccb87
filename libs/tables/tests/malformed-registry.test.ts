import { describe, expect, it } from '@jest/globals';
import { lineOf, registryFiles, table } from './registry-files.ts';

describe('a registry that is no YAML', () => {
  const files = registryFiles();

  it.each([
    ['a bracket that is not closed', 'tables: {\n  a: [1\n', 3, /Flow sequence/],
    ['a tab before a key', 'tables:\n\ta: {}\n', 2, /Tabs are not allowed/],
    ['a key that is given twice', 'tables:\n  a: {}\n  a: {}\n', 3, /Map keys must be unique/],
    ['a second document', 'tables: {}\n---\ntables: {}\n', 2, /multiple documents/],
    ['a tag nobody knows', 'tables:\n  a: !table {}\n', 2, /Unresolved tag: !table/],
    ['an alias without its anchor', 'tables:\n  a:\n    columns: *bar\n', 3, /there is no anchor &bar before \*bar/],
  ])('is refused for %s', (_, text, line, reason) => {
    expect(files.refusals(text)).toContainEqual({ line, reason: expect.stringMatching(reason) });
  });
});

describe('a registry of the wrong shape', () => {
  const files = registryFiles();

  it.each([
    ['nothing', '', 1, 'expected object, received null'],
    ['a list', '- a\n', 1, 'expected object, received array'],
    ['a part beside tables', 'tables: {}\nviews: {}\n', 2, 'views: is not known here'],
    ['tables that are no map', 'tables: 5\n', 1, "tables: expected record, was '5'"],
    ['a table that is empty', 'tables:\n  a:\n', 2, 'tables.a: expected object, was nothing'],
  ])('is refused for %s', (_, text, line, reason) => {
    expect(files.refusals(text)).toEqual([{ line, reason }]);
  });

  it.each(['class', 'description', 'target', 'owner', 'key', 'columns'])('is refused for lack of a %s', (field) => {
    const text = table('good').replace(new RegExp(`^ *${field}:.*\n`, 'm'), '');
    expect(files.refusals(text)).toEqual([{ line: 2, reason: `tables.good.${field}: is missing` }]);
  });

  it.each([
    ['an unknown field', 'colour', 'red', 'is not known here'],
    [
      'an unknown class',
      'class',
      'stuff',
      `expected one of "market"|"reference"|"derived"|"transaction"|"meta", was 'stuff'`,
    ],
    ['an unknown target', 'target', 'redis', `expected one of "timeseries"|"relational", was 'redis'`],
    ['an owner that is no service', 'owner', 'Market Data', "expected the name of a service, was 'Market Data'"],
    ['a key of nothing', 'key', '[]', 'expected a key'],
    ['a key that names a column twice', 'key', '[a, a]', 'expected each name once'],
    ['an unknown partition', 'partition', 'week', `expected one of "day"|"month"|"year", was 'week'`],
    ['a tag that is given twice', 'tags', '[kind, kind]', 'expected each tag once'],
    ['a retention without a unit', 'retention', '365', "expected a number of days such as 365d, or forever, was '365'"],
    ['a retention in weeks', 'retention', '4w', "expected a number of days such as 365d, or forever, was '4w'"],
    ['a retention of no day', 'retention', '0d', "expected a number of days such as 365d, or forever, was '0d'"],
    ['an amends that is no yes or no', 'amends', 'often', "expected boolean, was 'often'"],
  ])('is refused for %s', (_, field, value, reason) => {
    const text = table('good', { [field]: value });
    expect(files.refusals(text)).toEqual([
      { line: lineOf(text, `${field}:`), reason: `tables.good.${field}: ${reason}` },
    ]);
  });

  it.each([
    ['an unknown tag', 'tags', '[sector]', `tags.0: expected one of "exchange"|"board"|"kind", was 'sector'`],
    ['an index of nothing', 'indexes', '[[]]', 'indexes.0: expected columns'],
  ])('is refused for %s', (_, field, value, reason) => {
    const text = table('good', { [field]: value });
    expect(files.refusals(text)).toEqual([{ line: lineOf(text, `${field}:`), reason: `tables.good.${reason}` }]);
  });

  it.each([
    ['an unknown type', 'decimal', /^\.type: expected one of text, bigint, double, .*, was 'decimal'$/],
    ['a list of texts', '"text[3]"', /expected a list of double or bigint, was 'text\[3\]'$/],
    ['a list of nothing', '"double[0]"', /expected a list of 1 to 50 values, was 'double\[0\]'$/],
    ['a list that is too long', '"double[51]"', /expected a list of 1 to 50 values, was 'double\[51\]'$/],
    ['a type that is no text', '7', /^: expected a type, or \{ type, unit, description \}, was '7'$/],
    ['no type', '{ unit: yuan }', /^\.type: is missing$/],
    ['an unknown part', '{ type: text, width: 3 }', /^\.width: is not known here$/],
    ['an empty unit', '{ type: text, unit: "" }', /^\.unit: Too small/],
  ])('is refused for a column of %s', (_, type, reason) => {
    const text = table('good', { columns: `\n      a: text\n      b: ${type}` });
    const [fault, ...others] = files.refusals(text);
    expect(others).toEqual([]);
    expect(fault?.line).toBe(lineOf(text, 'b: '));
    expect(fault?.reason.replace('tables.good.columns.b', '')).toMatch(reason);
  });

  it.each(['Price', 'end_date', '"a; DROP TABLE x"', '1m'])('is refused for a column called %s', (name) => {
    const text = table('good', { columns: `\n      a: text\n      ${name}: text` });
    expect(files.refusals(text)).toEqual([
      { line: lineOf(text, name), reason: expect.stringMatching(/expected a column name in camelCase$/) },
    ]);
  });

  it.each(['Quotes', '"x; DROP TABLE y"', 't'.repeat(49), '_a'])('is refused for a table called %s', (name) => {
    expect(files.refusals(table(name))).toEqual([
      { line: 2, reason: expect.stringMatching(/expected a table name in snake_case, 48 characters at most$/) },
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { collect, tableOf } from '../tests/sample.ts';
import { encode } from './encode.ts';
import { FORMATS } from './format.ts';
import type { Cell, Field } from './table.ts';

const MISFITS: [Omit<Field, 'name'>, Cell, string][] = [
  [{ type: 'text' }, 5, 'x: expected text, was 5'],
  [{ type: 'text' }, undefined, 'x: expected text, was undefined'],
  [{ type: 'bigint' }, 2 ** 53, 'x: expected a safe integer, was 9007199254740992'],
  [{ type: 'bigint' }, '5', 'x: expected a safe integer, was "5"'],
  [{ type: 'double' }, Number.NaN, 'x: expected a finite number, was NaN'],
  [{ type: 'double', list: true, nullable: true }, [1, Infinity], 'x: expected a finite number, was Infinity'],
  [{ type: 'double', list: true }, 1, 'x: expected a list of numbers, was 1'],
  [{ type: 'boolean' }, 1, 'x: expected true or false, was 1'],
  [{ type: 'date' }, '2026-02-30', 'x: expected a date YYYY-MM-DD, was "2026-02-30"'],
  [{ type: 'date' }, '20260102', 'x: expected a date YYYY-MM-DD, was "20260102"'],
  [{ type: 'timestamp' }, 1.5, 'x: expected ms since the epoch, years 0001 to 9999, was 1.5'],
  [{ type: 'timestamp' }, 9e15, 'x: expected ms since the epoch, years 0001 to 9999, was 9000000000000000'],
  [{ type: 'json' }, { toJSON: () => undefined }, 'x: expected a JSON value, was [object Object]'],
];

describe('encode', () => {
  for (const format of FORMATS.filter((any) => any !== 'json')) {
    it.each(MISFITS)(`refuses in ${format}, of %j, the cell %p`, async (field, cell, message) => {
      const table = tableOf([{ name: 'x', ...field }], [[cell]]);
      await expect(collect(encode(table, format))).rejects.toThrow(new TypeError(message));
    });
  }

  it('refuses fields that make no table before anything is read', () => {
    const twice: Field[] = [
      { name: 'a', type: 'text' },
      { name: 'a', type: 'double' },
    ];
    expect(() => encode(tableOf([]), 'csv')).toThrow('expected at least one field, was none');
    expect(() => encode(tableOf(twice), 'csv')).toThrow('expected different field names, was "a" twice');
    expect(() => encode(tableOf([{ name: 'a', type: 'date', list: true }]), 'csv')).toThrow(
      'a: expected a list of double or bigint, was a list of date',
    );
  });
});

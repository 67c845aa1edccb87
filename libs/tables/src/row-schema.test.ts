import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { rowSchema } from './row-schema.ts';
import type { TableColumn, TableDefinition } from './table-definition.ts';

describe('rowSchema', () => {
  it.each<[string, Omit<TableColumn, 'name'>, unknown[]]>([
    ['text', { type: 'text' }, ['a', '贵州茅台', "'; DROP TABLE quotes; --", '😀', 'x'.repeat(4096)]],
    ['bigint', { type: 'bigint' }, [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
    ['double', { type: 'double' }, [0, -0.1, 1e308, 5e-324]],
    ['boolean', { type: 'boolean' }, [true, false]],
    ['date', { type: 'date' }, ['2026-07-06', '0001-01-01', '2024-02-29', '9999-12-31']],
    ['timestamp', { type: 'timestamp' }, [0, 1_782_000_000_000]],
    ['json', { type: 'json' }, [{}, [], { a: [1, 'b', null, { c: true }] }, 'text', 5, false]],
    ['list', { type: 'double', length: 3 }, [[], [1], [1, 2.5, -3]]],
    ['list of bigint', { type: 'bigint', length: 2 }, [[], [1, 2]]],
  ])('takes what a %s holds', (_, column, values) => {
    for (const value of values) expect(refusal(column, value)).toBeUndefined();
  });

  it.each<[string, Omit<TableColumn, 'name'>, unknown[]]>([
    ['text', { type: 'text' }, ['', 'a\0b', '\ud800', 'x'.repeat(4097), 5, null, undefined]],
    ['bigint', { type: 'bigint' }, [1.5, 2 ** 53, Number.NaN, '1', 1n, null, undefined]],
    ['double', { type: 'double' }, [Number.NaN, Number.POSITIVE_INFINITY, '1.5', null, undefined]],
    ['boolean', { type: 'boolean' }, [0, 'true', null, undefined]],
    ['date', { type: 'date' }, ['2026-02-30', '2026-13-01', '20260706', '0000-01-01', "2026-07-06'", 5, undefined]],
    ['timestamp', { type: 'timestamp' }, [-1, 1.5, 1_782_000_000_000_000, '2026-07-06', undefined]],
    ['json', { type: 'json' }, [null, undefined, 'a\0b', { 'a\0': 1 }, [{ a: '\udc00' }], () => 1, Number.NaN]],
    ['list', { type: 'double', length: 3 }, [[1, 2, 3, 4], ['1'], [null], 1, {}, undefined]],
    ['list of bigint', { type: 'bigint', length: 2 }, [[1.5], [2 ** 53]]],
  ])('refuses what a %s does not hold, and names the column', (_, column, values) => {
    for (const value of values) expect([value, refusal(column, value)]).toEqual([value, 'value']);
  });

  it('lets an optional column be absent, and nothing else', () => {
    const schema = rowSchema(tableOf([{ name: 'value', type: 'double', optional: true }]));
    expect(schema.parse({})).toEqual({});
    expect(schema.safeParse({ value: null }).success).toBe(false);
  });

  it('refuses what the table does not have', () => {
    const schema = rowSchema(tableOf([{ name: 'value', type: 'double' }]));
    expect(schema.safeParse({ value: 1, other: 2 }).error?.issues[0]).toMatchObject({ keys: ['other'] });
  });

  it('describes its columns with their units, for documents', () => {
    const columns: TableColumn[] = [
      { name: 'volume', type: 'bigint', unit: 'shares', description: 'Since the open.' },
      { name: 'amount', type: 'double', unit: 'yuan', optional: true },
      { name: 'source', type: 'text' },
    ];
    const { properties, required } = z.toJSONSchema(rowSchema(tableOf(columns)), { io: 'input' });
    expect(properties).toMatchObject({
      volume: { type: 'integer', description: 'Since the open. In shares.' },
      amount: { type: 'number', description: 'In yuan.' },
      source: { type: 'string' },
    });
    expect(required).toEqual(['volume', 'source']);
  });
});

/** The column that is refused, if any. */
function refusal(column: Omit<TableColumn, 'name'>, value: unknown): string | undefined {
  const { error } = rowSchema(tableOf([{ name: 'value', ...column }])).safeParse({ value });
  return error?.issues[0]?.path[0]?.toString();
}

function tableOf(columns: readonly TableColumn[]): TableDefinition {
  const parts = { class: 'reference', description: 'One', target: 'relational', owner: 'market-data' } as const;
  return { name: 'one', ...parts, key: ['value'], tags: [], indexes: [], amends: false, columns };
}

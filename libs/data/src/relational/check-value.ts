import type { ColumnType } from '@quotefleet/tables';
import type { RelationalTable, SqlColumn } from './relational-table.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const CHECKS: Record<ColumnType, { expected: string; holds(value: unknown): boolean }> = {
  text: {
    expected: 'well-formed text without the character 0',
    holds: (value) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  },
  bigint: { expected: 'a safe integer', holds: Number.isSafeInteger },
  timestamp: { expected: 'ms since epoch', holds: Number.isSafeInteger },
  double: { expected: 'a finite number', holds: Number.isFinite },
  boolean: { expected: 'a boolean', holds: (value) => typeof value === 'boolean' },
  date: { expected: 'a date YYYY-MM-DD', holds: (value) => typeof value === 'string' && isDay(value) },
  json: { expected: 'a column that can be compared', holds: () => false },
};

/** Databases have no year 0. */
function isDay(text: string): boolean {
  if (!DAY.test(text) || text < '0001') return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * A value that a query compares a column with.
 * @throws TypeError `<table>, <column>: expected ..., was ...`
 */
export function checkedValue(table: RelationalTable, { name, type, length }: SqlColumn, value: unknown): unknown {
  const { expected, holds } = length === undefined ? CHECKS[type] : CHECKS.json;
  if (!holds(value)) throw new TypeError(`${table.name}, ${name}: expected ${expected}, was ${JSON.stringify(value)}`);
  return value;
}

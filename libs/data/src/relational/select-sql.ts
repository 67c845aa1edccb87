import type { Condition, DataQuery, DataValue } from '../data-manager.ts';
import { columnOf, type RelationalTable, type SqlColumn } from './relational-table.ts';

export interface SelectStatement {
  text: string;
  values: unknown[];
}

/** The statement of a query; every value travels as a parameter. */
export function selectSql(table: RelationalTable, query: DataQuery): SelectStatement {
  const values: unknown[] = [];
  const parameter = parameters(values);
  const conditions = conditionsSql(table, query.where ?? {}, parameter);
  const order = orderOf(table, query);
  if (query.after !== undefined) {
    const { after } = query;
    if (after.length !== order.length)
      throw new TypeError(`${table.name}: expected after to have ${order.length} values, was ${after.length}`);
    const bounds = order.map(({ column }, index) => parameter(column, after[index] as DataValue));
    const columns = order.map(({ column }) => column.sql).join(', ');
    conditions.push(`(${columns}) ${order[0]?.descending ? '<' : '>'} (${bounds.join(', ')})`);
  }
  const orderBy = order.map(({ column, descending }) => `${column.sql}${descending ? ' DESC' : ''}`).join(', ');
  const text = `SELECT ${table.columns.map(selected).join(', ')} FROM ${table.qualified} ${whereSql(conditions)}
    ORDER BY ${orderBy} LIMIT $${values.push(query.limit)}`;
  return { text, values };
}

/** @throws TypeError for no condition at all: a whole table is never deleted by accident */
export function deleteSql(table: RelationalTable, where: Conditions): SelectStatement {
  const values: unknown[] = [];
  const conditions = conditionsSql(table, where, parameters(values));
  if (conditions.length === 0) throw new TypeError(`${table.name}: expected to be told which rows to remove`);
  return { text: `DELETE FROM ${table.qualified} ${whereSql(conditions)}`, values };
}

type Conditions = NonNullable<DataQuery['where']>;

function parameters(values: unknown[]): Parameter {
  return (column, value, isList = false) => `$${values.push(value)}::${column.sqlType}${isList ? '[]' : ''}`;
}

function conditionsSql(table: RelationalTable, where: Conditions, parameter: Parameter): string[] {
  return Object.entries(where).flatMap(([name, condition]) =>
    condition === undefined ? [] : conditionSql(columnOf(table, name), condition, parameter),
  );
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** pg makes Dates of dates; ours are text. */
function selected({ sql, type }: SqlColumn): string {
  return type === 'date' ? `${sql}::text` : sql;
}

type Parameter = (column: SqlColumn, value: DataValue | readonly DataValue[], isList?: boolean) => string;

function conditionSql(column: SqlColumn, condition: Condition, parameter: Parameter): string[] {
  if (condition === null) return [`${column.sql} IS NULL`];
  if (typeof condition !== 'object') return [`${column.sql} = ${parameter(column, condition)}`];
  if ('in' in condition) return [`${column.sql} = ANY(${parameter(column, condition.in, true)})`];
  const { from, through, before, startsWith, absentOr } = condition;
  const bounds = [
    ...(from === undefined ? [] : [`${column.sql} >= ${parameter(column, from)}`]),
    ...(through === undefined ? [] : [`${column.sql} <= ${parameter(column, through)}`]),
    ...(before === undefined ? [] : [`${column.sql} < ${parameter(column, before)}`]),
    ...(startsWith === undefined ? [] : [`starts_with(${column.sql}, ${parameter(column, startsWith)})`]),
  ];
  if (absentOr === undefined) return bounds;
  return [`(${column.sql} IS NULL OR ${conditionSql(column, absentOr, parameter).join(' AND ')})`];
}

interface OrderPart {
  column: SqlColumn;
  descending: boolean;
}

/** By the given columns, then by the key, so that every row has its place. */
function orderOf(table: RelationalTable, { orderBy = [], descending = false }: DataQuery): OrderPart[] {
  const given = orderBy.map((name) => columnOf(table, name));
  const rest = table.key.filter((column) => !given.includes(column));
  return [...given, ...rest].map((column) => ({ column, descending }));
}

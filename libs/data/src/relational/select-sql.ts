import { type Condition, type Conditions, checkLimit, type DataQuery } from '../data-query.ts';
import { checkedValue } from './check-value.ts';
import { columnOf, type RelationalTable, type SqlColumn } from './relational-table.ts';

export interface SelectStatement {
  text: string;
  values: unknown[];
}

/** The statement of a query; every value travels as a parameter. @throws TypeError for what the table cannot answer */
export function selectSql(table: RelationalTable, query: DataQuery): SelectStatement {
  checkLimit(table.name, query.limit);
  const parameters = new Parameters(table);
  const order = orderOf(table, query.orderBy ?? []);
  const conditions = [
    ...conditionsSql(table, query.where ?? {}, parameters),
    ...afterSql(table, query, order, parameters),
  ];
  const direction = query.descending ? ' DESC' : '';
  const text = `SELECT ${table.columns.map(selected).join(', ')} FROM ${table.qualified} ${whereSql(conditions)}
    ORDER BY ${order.map(({ sql }) => sql + direction).join(', ')} LIMIT ${query.limit}`;
  return { text, values: parameters.values };
}

/** @throws TypeError for no condition at all: a whole table is never deleted by accident */
export function deleteSql(table: RelationalTable, where: Conditions): SelectStatement {
  const parameters = new Parameters(table);
  const conditions = conditionsSql(table, where, parameters);
  if (conditions.length === 0) throw new TypeError(`${table.name}: expected to be told which rows to remove`);
  return { text: `DELETE FROM ${table.qualified} ${whereSql(conditions)}`, values: parameters.values };
}

/** The values of a statement, in the order in which it names them. */
class Parameters {
  readonly values: unknown[] = [];
  readonly #table: RelationalTable;

  constructor(table: RelationalTable) {
    this.#table = table;
  }

  value(column: SqlColumn, value: unknown): string {
    return `$${this.values.push(checkedValue(this.#table, column, value))}::${column.sqlType}`;
  }

  list(column: SqlColumn, values: readonly unknown[]): string {
    const checked = values.map((value) => checkedValue(this.#table, column, value));
    return `$${this.values.push(checked)}::${column.sqlType}[]`;
  }
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** pg makes Dates of dates; ours are text. */
function selected({ sql, type }: SqlColumn): string {
  return type === 'date' ? `to_char(${sql}, 'YYYY-MM-DD')` : sql;
}

function conditionsSql(table: RelationalTable, where: Conditions, parameters: Parameters): string[] {
  return Object.entries(where).flatMap(([name, condition]) =>
    condition === undefined ? [] : conditionSql(columnOf(table, name), condition, parameters),
  );
}

function conditionSql(column: SqlColumn, condition: Condition, parameters: Parameters): string[] {
  const { sql } = column;
  if (condition === null) return [`${sql} IS NULL`];
  if (typeof condition !== 'object') return [`${sql} = ${parameters.value(column, condition)}`];
  if ('in' in condition) return [`${sql} = ANY(${parameters.list(column, condition.in)})`];
  if ('absentOr' in condition) {
    const met = conditionSql(column, condition.absentOr, parameters);
    return met.length === 0 ? [] : [`(${sql} IS NULL OR ${met.join(' AND ')})`];
  }
  const { from, through, before, startsWith } = condition;
  if (startsWith !== undefined && column.type !== 'text')
    throw new TypeError(`${column.name}: expected a column of text to start with '${startsWith}', was ${column.type}`);
  return [
    ...(from === undefined ? [] : [`${sql} >= ${parameters.value(column, from)}`]),
    ...(through === undefined ? [] : [`${sql} <= ${parameters.value(column, through)}`]),
    ...(before === undefined ? [] : [`${sql} < ${parameters.value(column, before)}`]),
    ...(startsWith === undefined ? [] : [`starts_with(${sql}, ${parameters.value(column, startsWith)})`]),
  ];
}

/** By the given columns, then by the key, so that every row has its place. */
function orderOf(table: RelationalTable, names: readonly string[]): SqlColumn[] {
  const given = names.map((name) => columnOf(table, name));
  const placeless = given.find(({ optional, length, type }) => optional || length !== undefined || type === 'json');
  if (placeless)
    throw new TypeError(
      `${table.name}: expected an order by single values that are always there, was ${placeless.name}`,
    );
  return [...given, ...table.key.filter((column) => !given.includes(column))];
}

function afterSql(
  table: RelationalTable,
  { after, descending }: DataQuery,
  order: readonly SqlColumn[],
  parameters: Parameters,
): string[] {
  if (after === undefined) return [];
  if (after.length !== order.length)
    throw new TypeError(
      `${table.name}: expected after to have ${order.length} values (${order.map(({ name }) => name)}), was ${after.length}`,
    );
  const columns = order.map(({ sql }) => sql).join(', ');
  const bounds = order.map((column, index) => parameters.value(column, after[index]));
  return [`(${columns}) ${descending ? '<' : '>'} (${bounds.join(', ')})`];
}

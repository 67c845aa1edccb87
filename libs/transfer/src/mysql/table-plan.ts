import type { TableDefinition } from '@quotefleet/tables';
import type { ColumnValue, SeriesRow } from '@quotefleet/timeseries';
import type { SourceQuery } from '../row-source.ts';
import { TransferError } from '../transfer-error.ts';
import { type ColumnPlan, planColumns } from './column-plan.ts';
import type { CodeForm, TableMapping } from './mapping.ts';
import type { TimeForm } from './time-form.ts';

interface Statement {
  sql: string;
  values: (string | number)[];
}

/** How a table of theirs is read as one of ours. */
export interface TablePlan {
  symbolsSql: string;
  /** Of codes that are not written as our symbols are. */
  codes: CodeForm | undefined;
  select(query: SourceQuery): Statement;
  /** @throws TransferError naming symbol and column of a cell that is no value of ours */
  toRow(cells: readonly unknown[]): SeriesRow;
}

/**
 * @param theirs the columns of their table in lower case, with their types
 * @throws TransferError when one of ours has none there
 */
export function planTable(
  table: TableDefinition,
  mapping: TableMapping,
  theirs: ReadonlyMap<string, string>,
): TablePlan {
  const from = quoted(mapping.table ?? table.name);
  const plans = planColumns(table, mapping, theirs);
  const [symbol, ts, seq] = table.key.map((name) => keyColumn(table, plans, name));
  const form = ts?.form;
  if (!symbol || !ts || !form) throw new TransferError(`${table.name} is not a table of symbol and time`);
  const selected = [...new Set(plans.flatMap(({ columns }) => columns))];
  const places = plans.map((plan) => ({ plan, at: plan.columns.map((column) => selected.indexOf(column)) }));
  // Their collation may take `a` for `A`: bytes do not.
  const exactSymbol = `CAST(CONVERT(${symbol.sql} USING utf8mb4) AS BINARY)`;
  const order = [ts.sql, ...(seq ? [seq.sql] : [])].join(', ');

  function select({ symbol: wanted, limit, ...range }: SourceQuery): Statement {
    const values: (string | number)[] = [wanted, wanted];
    const conditions = [`${symbol?.sql} = ?`, `${exactSymbol} = CAST(? AS BINARY)`];
    for (const [sql, ...bounds] of rangeConditions(
      { time: ts?.sql ?? '', seq: seq?.sql, form: form as TimeForm },
      range,
    )) {
      conditions.push(sql);
      values.push(...bounds);
    }
    const list = selected.map(quoted).join(', ');
    const where = conditions.join(' AND ');
    return { sql: `SELECT ${list} FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT ${Math.trunc(limit)}`, values };
  }

  return {
    codes: symbol.codes,
    symbolsSql: `SELECT DISTINCT ${exactSymbol} FROM ${from}`,
    select,
    toRow(cells) {
      const row: Record<string, ColumnValue> = {};
      for (const { plan, at } of places) {
        const value = readCells(
          table,
          plan,
          at.map((place) => cells[place]),
          row,
        );
        if (value !== undefined) row[plan.name] = value;
      }
      return row as SeriesRow;
    },
  };
}

function keyColumn(
  table: TableDefinition,
  plans: readonly ColumnPlan[],
  name: string,
): { sql: string; form?: TimeForm; codes?: CodeForm } {
  const plan = plans.find((one) => one.name === name);
  const [column] = plan?.columns ?? [];
  if (!plan || column === undefined || plan.columns.length > 1)
    throw new TransferError(`${table.name}: expected one column of theirs for ${name}, which is part of the key`);
  return { ...plan, sql: quoted(column) };
}

type Condition = [sql: string, ...values: (string | number)[]];

function rangeConditions(
  { time, seq, form }: { time: string; seq: string | undefined; form: TimeForm },
  { from, to, after }: Omit<SourceQuery, 'symbol' | 'limit'>,
): Condition[] {
  const conditions: Condition[] = [];
  if (from !== undefined) conditions.push([`${time} >= ?`, form.atOrAfter(from)]);
  if (to !== undefined) conditions.push([`${time} < ?`, form.atOrAfter(to)]);
  if (after === undefined) return conditions;
  const ts = Number(after[0]);
  const later: Condition = [`${time} >= ?`, form.atOrAfter(ts + 1)];
  if (seq === undefined) return [...conditions, later];
  // The first bound is for the index, which does not serve what is joined by OR.
  const [sql, bound] = later as [string, string | number];
  return [
    ...conditions,
    [`${time} >= ?`, form.atOrAfter(ts)],
    [`(${sql} OR ${seq} > ?)`, bound, after[1] as string | number],
  ];
}

function readCells(
  table: TableDefinition,
  plan: ColumnPlan,
  cells: readonly unknown[],
  { symbol, ts }: Record<string, ColumnValue>,
): ColumnValue {
  try {
    return plan.read(cells);
  } catch (error) {
    const where = [table.name, symbol, ts === undefined ? undefined : new Date(Number(ts)).toISOString(), plan.name];
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransferError(`${where.filter(Boolean).join(' ')}: ${reason}`, { cause: error });
  }
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

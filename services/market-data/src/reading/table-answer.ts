import type { DataManager, DataQuery, DataRow } from '@quotefleet/data';
import type { TableAnswer } from '@quotefleet/service-kit/tables';
import type { ColumnType } from '@quotefleet/tables';
import { type CursorPart, type CursorType, decodeCursor, encodeCursor } from '../paging.ts';

interface TableAnswerOptions extends Pick<DataQuery, 'where' | 'orderBy' | 'descending'> {
  beside?: object;
  /** Which rows of a page are shown; all where absent. */
  keeps?: ((row: DataRow) => boolean) | undefined;
  /** Makes a row of the answer of a stored one. */
  toRow?: (row: DataRow) => object;
}

/** Rows of a relational table, page by page. */
export function tableAnswer(
  data: DataManager,
  table: string,
  { beside, keeps = () => true, toRow = (row) => row, ...query }: TableAnswerOptions = {},
): TableAnswer {
  const { key, columns } = data.registry.get(table);
  const order = [...(query.orderBy ?? []), ...key.filter((name) => !query.orderBy?.includes(name))];
  const types = order.map((name) => cursorType(columns.find((column) => column.name === name)?.type));
  return {
    ...(beside ? { beside } : {}),
    async load(cursor, limit) {
      const after = decodeCursor(cursor, types);
      const found = await data.load(table, { ...query, ...(after ? { after } : {}), limit: limit + 1 });
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1) : undefined;
      const nextCursor = last && encodeCursor(order.map((name) => last[name] as CursorPart));
      return { rows: rows.filter(keeps).map(toRow), nextCursor };
    },
  };
}

function cursorType(type: ColumnType | undefined): CursorType {
  switch (type) {
    case 'date':
    case 'text':
      return type;
    case 'bigint':
      return 'integer';
    case 'timestamp':
      return 'time';
    default:
      return 'number';
  }
}

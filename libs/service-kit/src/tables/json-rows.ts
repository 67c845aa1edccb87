import type { TableColumn } from '@quotefleet/tables';
import { toShanghaiIso } from '../http/respond.ts';

/** Rows as v1 has them: objects of the wanted fields, times as ISO 8601. */
export function toObjects(rows: readonly object[], fields: readonly TableColumn[]): object[] {
  const wanted = fields.map(({ name, type }) => ({ name, isTime: type === 'timestamp' }));
  return rows.map((row) => {
    const view: Record<string, unknown> = {};
    for (const { name, isTime } of wanted) {
      const value: unknown = (row as Record<string, unknown>)[name];
      if (value !== undefined) view[name] = isTime ? toShanghaiIso(new Date(value as number)) : value;
    }
    return view;
  });
}

/** Rows as v2 has them: one list per row, times in ms, null for nothing. */
export function toColumnar(rows: readonly object[], fields: readonly TableColumn[]): unknown[][] {
  const names = fields.map(({ name }) => name);
  return rows.map((row) => names.map((name) => (row as Record<string, unknown>)[name] ?? null));
}

import { DateError, parseInstant, parseTradeDate } from '@quotefleet/domain';
import type { ColumnType, TableDefinition } from '@quotefleet/tables';

const READERS: Partial<Record<ColumnType, (text: string) => unknown>> = {
  timestamp: parseInstant,
  date: parseTradeDate,
};

/**
 * Reads the times of a record in any accepted form: ISO 8601 as ms, YYYYMMDD as YYYY-MM-DD. What cannot be read stays as
 * it is, for the check of the record to say so.
 */
export function timeReader(table: TableDefinition): (record: unknown) => unknown {
  const columns = table.columns.flatMap(({ name, type }) => {
    const read = READERS[type];
    return read ? [{ name, read }] : [];
  });
  return (record) => {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
    const given = record as Record<string, unknown>;
    const texts = columns.filter(({ name }) => Object.hasOwn(given, name) && typeof given[name] === 'string');
    if (texts.length === 0) return record;
    return {
      ...given,
      ...Object.fromEntries(texts.map(({ name, read }) => [name, tryRead(read, String(given[name]))])),
    };
  };
}

function tryRead(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof DateError) return text;
    throw error;
  }
}

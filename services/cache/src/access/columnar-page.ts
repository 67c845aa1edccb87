/** A page of v2: rows by the names of their fields, times in ms, what is nothing left out. */
export interface ColumnarPage {
  /** What stands beside the rows. */
  beside: Readonly<Record<string, unknown>>;
  rows: Readonly<Record<string, unknown>>[];
  nextCursor: string | undefined;
}

export function parsePage(bytes: Buffer): ColumnarPage {
  const { fields, items, nextCursor, ...beside } = JSON.parse(bytes.toString()) as {
    fields: string[];
    items: unknown[][];
    nextCursor?: string;
  };
  const rows = items.map((values) => {
    const row: Record<string, unknown> = {};
    for (const [at, name] of fields.entries()) {
      const value = values[at];
      if (value !== null && value !== undefined) row[name] = value;
    }
    return row;
  });
  return { beside, rows, nextCursor };
}

/** Rows by field name, times in ms; `nextCursor` where more follow. */
export interface TablePage {
  rows: readonly object[];
  nextCursor?: string | undefined;
}

/** What a handler answers with: what stands beside the rows, and the rows page by page. */
export interface TableAnswer {
  beside?: object;
  load(cursor: string | undefined, limit: number): Promise<TablePage>;
  /** Where `load` without a cursor gives the last rows: as `load`, but from the first one on. */
  loadFromFirst?(cursor: string | undefined, limit: number): Promise<TablePage>;
}

/** A column of a table whose values a field cipher seals. */
export interface SealedColumn {
  /** With its schema. */
  table: string;
  /** The primary key: one column. */
  key: string;
  column: string;
  /** The field name it is sealed under. */
  field: string;
  /** Whether the row's key is the context it is sealed with. */
  bindsRow: boolean;
  /** Set for a jsonb column: sealed it is `{"sealed": text}`, plain it is the JSON itself. */
  isJson?: boolean;
  /** The column of its blind index, and how a text is folded before it is indexed. */
  index?: { column: string; fold(text: string): string };
}

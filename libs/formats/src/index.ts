export { encode } from './encode.ts';
export { FORMATS, type Format, MEDIA_TYPES } from './format.ts';
export { negotiateFormat } from './negotiate-format.ts';
export type { Cell, Field, FieldType, Row, Table } from './table.ts';

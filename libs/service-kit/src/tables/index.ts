export { mountTable, serveTable, type TableEndpoint } from './mount-table.ts';
export type { TableAnswer, TablePage } from './table-answer.ts';

export { mountTable } from './mount-table.ts';
export type { TableAnswer, TablePage } from './table-answer.ts';

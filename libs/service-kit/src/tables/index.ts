export { mountTable, type TableAnswer, type TablePage } from './mount-table.ts';

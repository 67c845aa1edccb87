import { marketApi } from '@quotefleet/contracts';
import type { Condition, DataManager } from '@quotefleet/data';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import { dayRange, parseOptionalDay } from '../reading/dates.ts';
import { tableAnswer } from '../reading/table-answer.ts';

interface SymbolTable {
  endpoint: typeof marketApi.listDividends | typeof marketApi.listRights | typeof marketApi.listCapital;
  table: string;
  /** The column that start and end bound. */
  dateColumn: string;
  /** The day on which everybody knew, where no announcement is stored. */
  effectiveColumn: string;
}

const SYMBOL_TABLES: readonly SymbolTable[] = [
  { endpoint: marketApi.listDividends, table: 'dividends', dateColumn: 'endDate', effectiveColumn: 'exDate' },
  { endpoint: marketApi.listRights, table: 'rights', dateColumn: 'exDate', effectiveColumn: 'exDate' },
  { endpoint: marketApi.listCapital, table: 'share_capital', dateColumn: 'date', effectiveColumn: 'date' },
];

interface ReferenceOptions {
  data: DataManager;
  directory: InstrumentDirectory;
}

/** Dividends, rights and share capital. What was announced after `asOf` is left out. */
export function mountSymbolTables(router: Router, { data, directory }: ReferenceOptions): void {
  for (const { endpoint, table, dateColumn, effectiveColumn } of SYMBOL_TABLES) {
    mountTable(router, endpoint, async ({ params, query }) => {
      const asOf = parseOptionalDay('asOf', query.asOf);
      const range: Condition | undefined = dayRange(query);
      const symbol = await directory.symbolOf(params.symbol, 'stock');
      const announced: Condition | undefined = asOf && { absentOr: { through: asOf } };
      return tableAnswer(data, table, {
        beside: { symbol },
        where: { symbol, [dateColumn]: range, annDate: announced },
        keeps: (row) =>
          asOf === undefined || row.annDate !== undefined || String(row[effectiveColumn] ?? row[dateColumn]) <= asOf,
      });
    });
  }
}

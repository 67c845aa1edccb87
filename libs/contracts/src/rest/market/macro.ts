import type { Endpoint, TableShape } from '../endpoint.ts';
import { fieldsOf, pageSchema, tableQuery } from '../table-schema.ts';
import { day } from './parameters.ts';

export const MACRO_INDICATORS = ['gdp', 'cpi', 'ppi', 'pmi', 'm2', 'lpr'] as const;
export type MacroIndicator = (typeof MACRO_INDICATORS)[number];

const NAMES: Readonly<Record<MacroIndicator, string>> = {
  gdp: 'Gross domestic product by quarter',
  cpi: 'Consumer prices by month',
  ppi: 'Producer prices by month',
  pmi: "Purchasing managers' indices by month",
  m2: 'Money supply by month',
  lpr: 'Loan prime rates by fixing',
};

function macroEndpoint(indicator: MacroIndicator) {
  const table: TableShape = { fields: fieldsOf(`macro_${indicator}`), itemsKey: indicator };
  return {
    id: `macro${indicator[0]?.toUpperCase()}${indicator.slice(1)}`,
    method: 'get',
    path: `/api/v1/macro/${indicator}`,
    tag: 'macro data',
    summary: `${NAMES[indicator]}, of each period the figures last published up to asOf`,
    access: 'read',
    query: tableQuery.extend({
      start: day('Periods published from that day on'),
      end: day('Periods published up to that day'),
      asOf: day('Only what had been published by that day'),
    }),
    data: pageSchema(table),
    table,
  } as const satisfies Endpoint;
}

/** One endpoint per indicator. */
export const macroEndpoints = MACRO_INDICATORS.map((indicator) => ({ indicator, endpoint: macroEndpoint(indicator) }));

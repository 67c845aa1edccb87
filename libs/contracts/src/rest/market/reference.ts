import { z } from 'zod';
import type { Endpoint, TableShape } from '../endpoint.ts';
import { fieldsOf, pageSchema, tableQuery } from '../table-schema.ts';
import { day, symbolParam } from './parameters.ts';

export const instrumentViewSchema = z.object({
  symbol: z.string(),
  name: z.string(),
  kind: z.string(),
  board: z.string(),
  listDate: z.string().optional(),
  isSt: z.boolean(),
  status: z.string(),
  pinyin: z.string().optional().meta({ description: 'Initials of the name in pinyin' }),
  industry: z.string().optional(),
  delistDate: z.string().optional(),
  currency: z.string().optional(),
});
export type InstrumentView = z.infer<typeof instrumentViewSchema>;

const kind = z.enum(['stock', 'etf', 'index', 'b-share', 'cdr', 'fund']).optional();
const instruments: TableShape = {
  fields: fieldsOf('instruments').map((field) => (field.name === 'listDate' ? { ...field, type: 'date' } : field)),
  itemsKey: 'instruments',
};

export const listStocks = {
  id: 'listStocks',
  method: 'get',
  path: '/api/v1/stocks/list',
  tag: 'reference data',
  summary: 'Instruments by symbol',
  access: 'read',
  query: tableQuery.extend({ kind, board: z.string().min(1).max(32).optional() }),
  data: z.object({ instruments: z.array(instrumentViewSchema), nextCursor: z.string().optional() }),
  table: instruments,
} as const satisfies Endpoint;

export const searchStocks = {
  ...listStocks,
  id: 'searchStocks',
  path: '/api/v1/stocks/search',
  summary: 'Instruments by a part of their code or name, or by the initials of their name in pinyin; best match first',
  query: tableQuery.pick({ fields: true, format: true }).extend({
    q: z.string().trim().min(1).max(40),
    kind,
    limit: z.coerce.number().int().min(1).max(100).default(20),
  }),
} as const satisfies Endpoint;

export const stockInfo = {
  id: 'stockInfo',
  method: 'get',
  path: '/api/v1/stocks/{symbol}/info',
  tag: 'reference data',
  summary: 'One instrument',
  access: 'read',
  params: symbolParam,
  data: instrumentViewSchema,
} as const satisfies Endpoint;

/** An endpoint of rows about one symbol. */
function ofSymbol<const Id extends string>(id: Id, path: string, summary: string, table: TableShape) {
  return {
    id,
    method: 'get',
    path: `/api/v1/${path}`,
    tag: 'reference data',
    summary,
    access: 'read',
    params: symbolParam,
    query: tableQuery.extend({
      start: day('First day'),
      end: day('Last day'),
      asOf: day('What was known on that day'),
    }),
    data: pageSchema(table, z.object({ symbol: z.string() })),
    table,
  } as const satisfies Endpoint;
}

export const listDividends = ofSymbol(
  'listDividends',
  'dividend/stock/{symbol}',
  'Dividends and bonus shares of a stock, per share before tax, by the end of the period they are for',
  { fields: fieldsOf('dividends', ['symbol']), itemsKey: 'dividends' },
);
export const listRights = ofSymbol('listRights', 'rights/stock/{symbol}', 'Rights issues of a stock, by ex-date', {
  fields: fieldsOf('rights', ['symbol']),
  itemsKey: 'rights',
});
export const listCapital = ofSymbol(
  'listCapital',
  'capital/stock/{symbol}',
  'Share capital of a stock, by the day it changed',
  {
    fields: fieldsOf('share_capital', ['symbol']),
    itemsKey: 'capital',
  },
);

export const REPORT_TABLES = {
  balance_sheet: 'balance_sheets',
  income: 'income_statements',
  cashflow: 'cash_flows',
  summary: 'financial_summaries',
} as const;
const reportFields = (table: string) => fieldsOf(table, ['symbol']);
const reports: TableShape = {
  fields: reportFields(REPORT_TABLES.summary),
  variants: {
    parameter: 'report',
    fields: Object.fromEntries(Object.entries(REPORT_TABLES).map(([report, table]) => [report, reportFields(table)])),
  },
  itemsKey: 'reports',
};

export const listReports = {
  id: 'listReports',
  method: 'get',
  path: '/api/v1/financial/stock/{symbol}',
  tag: 'reference data',
  summary: 'Financial statements of a stock as they were known, by the end of the period',
  description:
    'Of each period the figures last announced up to asOf. start and end bound the end of the period. Figures in yuan.',
  access: 'read',
  params: symbolParam,
  query: tableQuery.extend({
    report: z.enum(['balance_sheet', 'income', 'cashflow', 'summary']).default('summary'),
    start: day('First end of a period'),
    end: day('Last end of a period'),
    asOf: day('Only what had been announced by that day'),
    revisions: z.enum(['last', 'all']).default('last').meta({ description: 'all: every announcement of a period' }),
  }),
  data: pageSchema(reports, z.object({ symbol: z.string(), report: z.string() })),
  table: reports,
} as const satisfies Endpoint;

const groupQuery = tableQuery.extend({ date: day('Members on that day; today where absent') });
const code = z.object({ code: z.string().min(1).max(40) });

function groups<const Id extends string>(id: Id, path: string, summary: string, table: TableShape) {
  return {
    id,
    method: 'get',
    path: `/api/v1/${path}`,
    tag: 'reference data',
    summary,
    access: 'read',
    query: tableQuery,
    data: pageSchema(table),
    table,
  } as const satisfies Endpoint;
}

function members<const Id extends string>(id: Id, path: string, summary: string, table: TableShape) {
  return {
    ...groups(id, path, summary, table),
    params: code,
    query: groupQuery,
    data: pageSchema(table, z.object({ code: z.string(), name: z.string().optional(), date: z.string() })),
  } as const satisfies Endpoint;
}

const industryFields: TableShape = { fields: fieldsOf('industries'), itemsKey: 'industries' };
export const listIndustries = {
  ...groups('listIndustries', 'industries', 'Industries of a classification', industryFields),
  query: tableQuery.extend({
    taxonomy: z.string().min(1).max(40).default('sw2021'),
    level: z.coerce.number().int().min(1).max(4).optional(),
  }),
} as const satisfies Endpoint;
export const listIndustryMembers = {
  ...members('listIndustryMembers', 'industries/{code}/members', 'Members of an industry on a day', {
    fields: [{ name: 'name', type: 'text', optional: true }, ...fieldsOf('industry_members', ['taxonomy'])],
    itemsKey: 'members',
  }),
  query: groupQuery.extend({ taxonomy: z.string().min(1).max(40).default('sw2021') }),
} as const satisfies Endpoint;
export const listConcepts = groups('listConcepts', 'concepts', 'Themes that investors group stocks by', {
  fields: fieldsOf('concepts'),
  itemsKey: 'concepts',
});
export const listConceptMembers = members(
  'listConceptMembers',
  'concepts/{code}/members',
  'Members of a concept on a day',
  {
    fields: [{ name: 'name', type: 'text', optional: true }, ...fieldsOf('concept_members')],
    itemsKey: 'members',
  },
);

const constituents: TableShape = {
  fields: [
    { name: 'name', type: 'text', optional: true },
    ...fieldsOf('index_constituents', ['indexSymbol', 'source']),
  ],
  itemsKey: 'constituents',
};
export const listConstituents = {
  ...groups('listConstituents', 'indices/{symbol}/constituents', 'Constituents of an index on a day', constituents),
  params: symbolParam,
  query: groupQuery,
  data: pageSchema(constituents, z.object({ symbol: z.string(), date: z.string() })),
} as const satisfies Endpoint;

export const tradeCalendar = {
  id: 'tradeCalendar',
  method: 'get',
  path: '/api/v1/calendar',
  tag: 'reference data',
  summary: 'Trading days of a market, both ends included',
  access: 'read',
  query: z.object({
    start: z.string().min(8).max(10),
    end: z.string().min(8).max(10),
    market: z.enum(['CN', 'HK', 'US']).default('CN'),
  }),
  data: z.object({ tradingDays: z.array(z.string()) }),
} as const satisfies Endpoint;

export const tradingRules = {
  id: 'tradingRules',
  method: 'get',
  path: '/api/v1/rules/{symbol}',
  tag: 'reference data',
  summary: 'What holds for a symbol on a day: price limits, lot, tick, sessions, settlement and fees',
  access: 'read',
  params: symbolParam,
  query: z.object({
    date: day('The day; today where absent'),
    preClose: z.coerce.number().positive().max(1e7).optional(),
  }),
  data: z.looseObject({ symbol: z.string(), date: z.string(), board: z.string() }),
} as const satisfies Endpoint;

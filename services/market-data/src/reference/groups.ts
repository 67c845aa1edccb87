import { marketApi } from '@quotefleet/contracts';
import type { Condition, DataManager } from '@quotefleet/data';
import { notFound } from '@quotefleet/service-kit';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import type { InstrumentDirectory } from '../instruments/instrument-directory.ts';
import type { InstrumentNames } from '../instruments/instrument-names.ts';
import { DAY_MS, parseOptionalDay, today } from '../reading/dates.ts';
import { tableAnswer } from '../reading/table-answer.ts';

const INDUSTRIES_MAX = 1000;

interface GroupOptions {
  data: DataManager;
  directory: InstrumentDirectory;
  names: InstrumentNames;
}

/** Industries, concepts and indices, and their members by day. */
export function mountGroups(router: Router, { data, directory, names }: GroupOptions): void {
  mountTable(router, marketApi.listIndustries, ({ query: { taxonomy, level } }) =>
    tableAnswer(data, 'industries', { where: { taxonomy, level } }),
  );
  mountTable(router, marketApi.listConcepts, () => tableAnswer(data, 'concepts'));

  mountTable(router, marketApi.listIndustryMembers, async ({ params: { code }, query }) => {
    const date = memberDate(query.date);
    const { taxonomy } = query;
    const group = await findGroup('industries', { taxonomy, code });
    const codes = await codesWithMembers(taxonomy, [code]);
    return membersAnswer('industry_members', { taxonomy, code: { in: codes } }, date, { code, name: group.name, date });
  });
  mountTable(router, marketApi.listConceptMembers, async ({ params: { code }, query }) => {
    const date = memberDate(query.date);
    const group = await findGroup('concepts', { code });
    return membersAnswer('concept_members', { code }, date, { code, name: group.name, date });
  });
  mountTable(router, marketApi.listConstituents, async ({ params, query }) => {
    const date = memberDate(query.date);
    const symbol = await directory.symbolOf(params.symbol, 'index');
    return membersAnswer('index_constituents', { indexSymbol: symbol }, date, { symbol, date });
  });

  /** Of an industry whose members are listed by those below it only, those. */
  async function codesWithMembers(taxonomy: string, codes: string[]): Promise<string[]> {
    const [member] = await data.load('industry_members', { where: { taxonomy, code: { in: codes } }, limit: 1 });
    if (member) return codes;
    const below = await data.load('industries', { where: { taxonomy, parent: { in: codes } }, limit: INDUSTRIES_MAX });
    if (below.length === 0) return codes;
    return codesWithMembers(
      taxonomy,
      below.map(({ code }) => String(code)).filter((code) => !codes.includes(code)),
    );
  }

  async function findGroup(table: string, where: Record<string, string>) {
    const [group] = await data.load(table, { where, limit: 1 });
    if (!group) throw notFound(`there is no ${where.code} in ${table}`);
    return group;
  }

  async function membersAnswer(table: string, where: Record<string, Condition>, date: string, beside: object) {
    const nameOf = await names.all();
    return tableAnswer(data, table, {
      beside,
      where: { ...where, inDate: { through: date }, outDate: { absentOr: { from: dayAfter(date) } } },
      toRow: (row) => ({ ...row, name: nameOf.get(String(row.symbol)) }),
    });
  }
}

function memberDate(text: string | undefined): string {
  return parseOptionalDay('date', text) ?? today();
}

/** The day of leaving is the first one without. */
function dayAfter(date: string): string {
  return new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
}

import type { TradeDate } from '@quotefleet/domain';
import { type Security, STOCKS } from '../universe.ts';
import { INDUSTRY_TABLE } from './industry-table.ts';
import type { ReferenceRow } from './reference-rows.ts';

const TAXONOMY = 'sw2021';

interface Industry {
  code: string;
  name: string;
  parent?: string;
  /** Sectors and codes of stocks. */
  takes: readonly string[];
}

const INDUSTRIES = parseTable();

export function industryRows(): ReferenceRow[] {
  return INDUSTRIES.map(({ code, name, parent }) => ({
    taxonomy: TAXONOMY,
    code,
    name,
    ...(parent === undefined ? { level: 1 } : { level: 2, parent }),
  }));
}

/** Every stock that is listed by a date, in its industry of the second level and in the one above. */
export function industryMemberRows(to: TradeDate): ReferenceRow[] {
  return STOCKS.filter(({ since }) => since <= to).flatMap((stock) => {
    const { code, parent = '' } = industryOf(stock);
    return [parent, code].map((each) => ({
      taxonomy: TAXONOMY,
      code: each,
      symbol: stock.symbol,
      inDate: stock.since,
    }));
  });
}

function industryOf({ symbol, sector }: Security): Industry {
  const taking = (what: string) => INDUSTRIES.find(({ takes }) => takes.includes(what));
  const found = taking(symbol.slice(0, 6)) ?? taking(sector);
  if (!found) throw new Error(`expected an industry for ${symbol} of sector '${sector}', found none`);
  return found;
}

function parseTable(): Industry[] {
  let parent = '';
  return INDUSTRY_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [code = '', name = '', ...takes] = line.replace(/^- /, '').split(' ');
      if (line.startsWith('- ')) return { code, name, parent, takes };
      parent = code;
      return { code, name, takes };
    });
}

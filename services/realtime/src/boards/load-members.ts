import { marketApi } from '@quotefleet/contracts';
import { kindOf } from '@quotefleet/domain';
import type { HttpClient } from '@quotefleet/service-kit';
import { z } from 'zod';
import type { BoardName } from './board-name.ts';

const PAGE_ROWS = 10_000;
const groupPage = z.object({ members: z.array(z.object({ symbol: z.string() })), nextCursor: z.string().optional() });

/**
 * Symbols of the stocks that belong to a board today, as market-data knows: who may be in the room may see all stocks,
 * and nothing else for certain.
 * @throws AppError NOT_FOUND for a group that there is not
 */
export async function loadMembers(marketData: HttpClient, name: BoardName): Promise<string[]> {
  if ('group' in name) return groupMembers(marketData, name);
  const boards = await Promise.all(name.listed.map((board) => listedMembers(marketData, board)));
  return boards.flat();
}

async function listedMembers(marketData: HttpClient, board: string): Promise<string[]> {
  return pages(async (cursor) => {
    const { instruments, nextCursor } = await marketData.call(marketApi.listStocks, {
      query: { board, limit: PAGE_ROWS, cursor },
    });
    const listed = instruments.filter(({ status }) => status !== 'delisted');
    return { symbols: listed.map(({ symbol }) => symbol), nextCursor };
  });
}

function groupMembers(
  marketData: HttpClient,
  { group, code }: Extract<BoardName, { group: string }>,
): Promise<string[]> {
  const endpoint = group === 'industry' ? marketApi.listIndustryMembers : marketApi.listConceptMembers;
  return pages(async (cursor) => {
    const answer = await marketData.call(endpoint, { params: { code }, query: { limit: PAGE_ROWS, cursor } });
    const { members, nextCursor } = groupPage.parse(answer);
    return { symbols: members.map(({ symbol }) => symbol), nextCursor };
  });
}

async function pages(
  load: (cursor: string | undefined) => Promise<{ symbols: string[]; nextCursor?: string | undefined }>,
): Promise<string[]> {
  const all = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const { symbols, nextCursor } = await load(cursor);
    for (const symbol of symbols) if (kindOf(symbol) === 'stock') all.add(symbol);
    if (nextCursor === undefined) return [...all];
    cursor = nextCursor;
  }
}

import { marketApi } from '@quotefleet/contracts';
import type { DataManager } from '@quotefleet/data';
import { mountTable } from '@quotefleet/service-kit/tables';
import type { Router } from 'express';
import { decodeCursor, encodeCursor } from '../paging.ts';
import { dayRange, parseOptionalDay, today } from '../reading/dates.ts';

/** All publications of one indicator: fewer than this in a century of months. */
const PUBLICATIONS_MAX = 20_000;

/** Macro data, point in time: of each period the figures last published up to `asOf`. */
export function mountMacro(router: Router, data: DataManager): void {
  for (const { indicator, endpoint } of marketApi.macroEndpoints) {
    const table = `macro_${indicator}`;
    mountTable(router, endpoint, ({ query }) => {
      const asOf = parseOptionalDay('asOf', query.asOf) ?? today();
      const range = dayRange(query);
      const through = range?.through !== undefined && range.through < asOf ? range.through : asOf;
      return {
        async load(cursor, limit) {
          const after = decodeCursor(cursor, ['text'])?.[0];
          const published = await data.load(table, {
            where: { publishDate: { from: range?.from, through }, period: after && { from: after } },
            limit: PUBLICATIONS_MAX,
          });
          const last = [...new Map(published.map((row) => [row.period, row])).values()].filter(
            ({ period }) => period !== after,
          );
          const rows = last.slice(0, limit);
          const end = last.length > limit ? rows.at(-1)?.period : undefined;
          return { rows, nextCursor: end === undefined ? undefined : encodeCursor([String(end)]) };
        },
      };
    });
  }
}

import { marketApi } from '@quotefleet/contracts';
import { z } from 'zod';
import { type ApiClient, createApiClient } from '../api/api-client.ts';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, requireTarget } from '../config.ts';

/** Options of both load tests. */
export interface LoadOptions extends CommonOptions {
  key?: string;
  duration: number;
  report?: string;
  json?: boolean;
}

/** The fleet that takes the load. */
export interface LoadTarget {
  url: string;
  apiKey: string;
  api: ApiClient;
}

const PAGE_ROWS = 1000;
const instrumentPage = z.object({
  instruments: z.array(z.object({ symbol: z.string() })),
  nextCursor: z.string().optional(),
});

/** @throws CliError */
export function findLoadTarget(options: LoadOptions, env: Readonly<Record<string, string | undefined>>): LoadTarget {
  const target = requireTarget({ ...options, apiKey: options.key ?? options.apiKey }, env);
  return { ...target, api: createApiClient(target) };
}

/** So many stocks of the fleet, or all. @throws CliError where there is none */
export async function listStocks(api: ApiClient, most: number): Promise<string[]> {
  const symbols: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { kind: 'stock', limit: Math.min(PAGE_ROWS, most - symbols.length), cursor };
    const page = await api.call(marketApi.listStocks, instrumentPage, { query });
    symbols.push(...page.instruments.map(({ symbol }) => symbol));
    cursor = page.nextCursor;
  } while (cursor !== undefined && symbols.length < most);
  if (symbols.length === 0) throw new CliError('the fleet knows no stock');
  return symbols;
}

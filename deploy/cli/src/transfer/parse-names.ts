import { CliError } from '../cli-error.ts';

/** Names separated by commas; undefined, which stands for all, where there are none or `all`. */
export function parseNames(text: string | undefined): string[] | undefined {
  if (text === undefined || text === 'all') return undefined;
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new CliError(`expected names separated by commas, was '${text}'`);
  return [...new Set(names)];
}

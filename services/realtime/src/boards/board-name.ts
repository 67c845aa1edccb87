import type { Board } from '@quotefleet/domain';

/** A board by name: a part of the exchanges, or a group that somebody made. */
export type BoardName = { listed: readonly Board[] } | { group: 'industry' | 'concept'; code: string };

const LISTED: Readonly<Record<string, readonly Board[]>> = {
  main: ['sse-main', 'szse-main'],
  'sse-main': ['sse-main'],
  'szse-main': ['szse-main'],
  star: ['star'],
  chinext: ['chinext'],
  bse: ['bse'],
};

export const BOARD_FORMS = `${Object.keys(LISTED).join(', ')}, industry/CODE or concept/CODE`;

/** Undefined for a name of no such form. */
export function readBoardName(name: string): BoardName | undefined {
  const [kind = '', code] = name.split('/');
  if (code !== undefined) return kind === 'industry' || kind === 'concept' ? { group: kind, code } : undefined;
  return Object.hasOwn(LISTED, name) ? { listed: LISTED[name] ?? [] } : undefined;
}

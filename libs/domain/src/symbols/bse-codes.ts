import type { TradeDate } from '../calendar/trade-date.ts';

/**
 * The codes Beijing's companies were listed under before the exchange gave all of them a 920 code, by their first
 * three digits (source: the table of old and new codes the exchange publishes, https://www.bse.cn/service/code_mapping.html,
 * 248 companies). A new code is 920 and the old one's last three digits, unless those were taken.
 */
const OLD_CODES: Readonly<Record<string, string>> = {
  '430': '017 047 090 139 198 300 418 425 476 478 489 510 556 564 685 718',
  '830': '779 799 809 832 839 879 896 946 964 974',
  '831': '010 039 087 152 167 175 195 278 304 305 370 396 445 526 627 641 689 726 768 832 834 855 856 906 961',
  '832': '000 023 089 110 145 149 171 175 225 278 419 469 471 491 522 566 651 662 735 786 802 876 885 978 982',
  '833': '030 075 171 230 266 284 346 394 427 429 454 455 509 523 533 575 580 751 781 819 873 914 943',
  '834': '014 021 033 058 062 261 407 415 475 599 639 682 765 770 950',
  '835': '174 179 184 185 207 237 305 368 438 508 579 640 670 857 892 985',
  '836': '077 149 208 221 239 247 260 263 270 395 414 419 422 433 504 547 675 699 717 720 807 826 871 892 942 957 961',
  '837': '006 023 046 092 174 212 242 344 403 592 663 748 821',
  '838': '030 163 171 227 262 275 402 670 701 810 837 924 971',
  '839': '167 273 371 493 680 719 725 729 790 792 946',
  '870': '199 204 299 357 436 508 656 726 866 976',
  '871': '245 263 396 478 553 634 642 694 753 857 970 981',
  '872': '190 351 374 392 541 808 895 925 931 953',
  '873': '001 122 132 152 167 169 223 305 339 527 570 576 593 665 679 690 693 703 706 726 806 833',
};

/** Codes whose last three digits were taken by a company listed earlier: moved up by hundreds until one was free. */
const MOVED_UP: Readonly<Record<string, string>> = {
  '831167': '920267',
  '831175': '920375',
  '831278': '920378',
  '831305': '920405',
  '831396': '920496',
  '831832': '920932',
  '832149': '920249',
  '833030': '920130',
  '833171': '920571',
  '835857': '920057',
  '835892': '920992',
  '836419': '920519',
  '836961': '920061',
  '837023': '920123',
  '837174': '920274',
  '838171': '920271',
  '838670': '920870',
  '839946': '920146',
  '870508': '920608',
  '870726': '920926',
  '871263': '920363',
  '871478': '920578',
  '873152': '920252',
  '873167': '920367',
  '873305': '920505',
  '873726': '920026',
};

/** The six companies the change was tried with, on 2025-05-06; all others followed on 2025-10-09. */
const FIRST_CHANGED = new Set(['430489', '830799', '831445', '833819', '834682', '839167']);
const FIRST_CHANGE: TradeDate = '2025-05-06';
const LAST_CHANGE: TradeDate = '2025-10-09';

const NEW_BY_OLD: ReadonlyMap<string, string> = new Map(
  Object.entries(OLD_CODES).flatMap(([prefix, ends]) =>
    ends.split(' ').map((end) => [`${prefix}${end}.BJ`, `${MOVED_UP[prefix + end] ?? `920${end}`}.BJ`] as const),
  ),
);
const OLD_BY_NEW: ReadonlyMap<string, string> = new Map([...NEW_BY_OLD].map(([old, current]) => [current, old]));

/** A symbol an instrument had, and the first date it no longer had it. */
export interface FormerSymbol {
  symbol: string;
  until: TradeDate;
}

/**
 * The symbol a Beijing company had before its code became one of 920.
 * @param symbol today's, such as `920047.BJ`.
 * @returns undefined for every other instrument, such as a company listed under 920 from the start.
 */
export function formerSymbol(symbol: string): FormerSymbol | undefined {
  const old = OLD_BY_NEW.get(symbol);
  if (old === undefined) return undefined;
  return { symbol: old, until: FIRST_CHANGED.has(old.slice(0, 6)) ? FIRST_CHANGE : LAST_CHANGE };
}

/**
 * The symbol an instrument goes by, today or on a date: `430047.BJ` and `920047.BJ` are one instrument, which is the
 * latter since 2025-10-09. The 248 Beijing companies that changed their code are known here; what else was renamed
 * is data the caller brings, from the instrument table.
 * @param symbol canonical, today's or a former one.
 * @param aliases former symbol to today's; they come first, and hold on any date.
 * @example resolveAlias('835185.BJ') // '920185.BJ'
 * @example resolveAlias('920185.BJ', '2024-01-02') // '835185.BJ'
 */
export function resolveAlias(symbol: string, date?: TradeDate, aliases?: ReadonlyMap<string, string>): string {
  const current = aliases?.get(symbol) ?? NEW_BY_OLD.get(symbol) ?? symbol;
  const former = date === undefined ? undefined : formerSymbol(current);
  return former && date && date < former.until ? former.symbol : current;
}

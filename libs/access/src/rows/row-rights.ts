import type { RowKind, RowRule } from '@quotefleet/contracts';
import { type Exchange, exchangeOf, kindOf } from '@quotefleet/domain';
import { baseId } from '../functions/fits.ts';
import { meet } from '../glob.ts';
import { fitsValue } from './fits-value.ts';

/** Symbols whose verdict is kept per role: well above any market's number of them. */
const KNOWN_SYMBOLS_MAX = 100_000;
const KNOWN_FIELDS_MAX = 10_000;
const SET_KINDS = ['market', 'symbol', 'instrumentKind', 'field', 'rooms', 'feed'] as const satisfies RowKind[];
type SetKind = (typeof SET_KINDS)[number];

/** What a role gets that has no figure of the kind: policies from before realtime had such kinds name none. */
const ROOMS_MAX_DEFAULT = 200;
const ROOM_HZ_DEFAULT = Number.POSITIVE_INFINITY;
/** What rooms about the market as a whole, boards and movers, are made of. */
const MAINLAND_MARKETS: readonly Exchange[] = ['SH', 'SZ', 'BJ'];

/** Why a role may not see something. */
export interface RowRefusal {
  kind: RowKind;
  reason: string;
}

/** Which rows and fields a role may see. Symbols are canonical ones. */
export interface RowRights {
  readonly role: string;
  /** Whether the role sees all that there is, at once. */
  readonly isUnrestricted: boolean;
  /** Whether every symbol may be seen. */
  readonly seesAllSymbols: boolean;
  /** Whether every field may be seen. */
  readonly seesAllFields: boolean;
  /** So many days back, today not counted; Infinity for all there is, 0 for none. */
  readonly historyDays: number;
  /** Rows younger than so many seconds are not given; Infinity for a role without live data. */
  readonly delaySeconds: number;
  /** Rooms that a connection may hold; 200 where no rule says. */
  readonly maxRooms: number;
  /** Updates a second of a room that are sent at most; Infinity for all, also where no rule says. */
  readonly maxHz: number;
  /** The rules that these rights come from, those of inherited roles included. */
  readonly rules: readonly RowRule[];
  /** Why a symbol may not be seen, by its market, its kind or itself; undefined where it may. */
  refusalOf(symbol: string): RowRefusal | undefined;
  /** Whether a field of an endpoint's answer may be seen. */
  seesField(endpointId: string, field: string): boolean;
  /**
   * Why a room may not be joined; undefined where it may. Rooms of a symbol need the right to see it too, boards and
   * movers the right to see every stock of the mainland.
   */
  refusalOfRoom(room: string): RowRefusal | undefined;
  /**
   * Why a wildcard room such as `tick:*` may not be joined; undefined where it may. It needs the right to see every symbol,
   * and to be in each of the rooms that it stands for.
   */
  refusalOfFeed(room: string): RowRefusal | undefined;
}

/** The rights that a role has by its own rules and those of the roles it inherits from. */
export function createRowRights(role: string, rules: readonly RowRule[]): RowRights {
  const sets = Object.fromEntries(SET_KINDS.map((kind) => [kind, setOf(rules, kind)])) as Record<SetKind, ValueSet>;
  const symbols = new Map<string, RowRefusal | undefined>();
  const fields = new Map<string, boolean>();
  const figures = (kind: RowKind) =>
    rules.filter((rule) => rule.kind === kind && rule.effect === 'allow').map(({ value }) => figureOf(value));
  const historyDays = Math.max(0, ...figures('historyDays'));
  const delaySeconds = Math.min(Number.POSITIVE_INFINITY, ...figures('delaySeconds'));
  const roomsMax = figures('roomsMax');
  const roomHz = figures('roomHz');
  const seesAllSymbols = sets.market.isWhole && sets.symbol.isWhole && sets.instrumentKind.isWhole;

  const refuse = (by: SetKind, what: string, doing = 'see'): RowRefusal => ({
    kind: by,
    reason: `the role ${role} may not ${doing} ${what}: its ${by} rights are ${sets[by].text}`,
  });

  function judgeSymbol(symbol: string): RowRefusal | undefined {
    const exchange = exchangeOf(symbol);
    const kind = kindOf(symbol);
    if (!sets.market.has(exchange)) return refuse('market', `the market ${exchange} of ${symbol}`);
    if (!sets.instrumentKind.has(kind)) return refuse('instrumentKind', `${symbol}, which is of the kind ${kind}`);
    if (!sets.symbol.has(symbol)) return refuse('symbol', symbol);
    return undefined;
  }

  function refusalOfMainland(room: string): RowRefusal | undefined {
    const hidden = MAINLAND_MARKETS.find((market) => !sets.market.has(market));
    if (hidden) return refuse('market', `the market ${hidden}, which is in ${room}`);
    if (!sets.instrumentKind.has('stock')) return refuse('instrumentKind', `stocks, which are in ${room}`);
    return sets.symbol.isWhole ? undefined : refuse('symbol', `every stock of ${room}`);
  }

  const refusalOf = (symbol: string) =>
    seesAllSymbols ? undefined : remember(symbols, KNOWN_SYMBOLS_MAX, symbol, judgeSymbol);

  return {
    role,
    isUnrestricted:
      seesAllSymbols && sets.field.isWhole && historyDays === Number.POSITIVE_INFINITY && delaySeconds === 0,
    seesAllSymbols,
    seesAllFields: sets.field.isWhole,
    historyDays,
    delaySeconds,
    maxRooms: roomsMax.length > 0 ? Math.max(...roomsMax) : ROOMS_MAX_DEFAULT,
    maxHz: roomHz.length > 0 ? Math.max(...roomHz) : ROOM_HZ_DEFAULT,
    rules,
    refusalOf,
    seesField: (endpointId, field) =>
      sets.field.isWhole ||
      remember(fields, KNOWN_FIELDS_MAX, `${baseId(endpointId)}.${field}`, (name) => sets.field.has(name)),
    refusalOfRoom(room) {
      if (!sets.rooms.has(room)) return refuse('rooms', room, 'join');
      const [kind, symbol] = room.split(':');
      if (kind === 'board' || kind === 'market') return refusalOfMainland(room);
      return symbol === undefined ? undefined : refusalOf(symbol);
    },
    refusalOfFeed(room) {
      if (!sets.feed.has(room)) return refuse('feed', room, 'join');
      if (!sets.rooms.has(room) || sets.rooms.denied.some((glob) => meet(glob, room)))
        return refuse('rooms', `each room of ${room}`, 'join');
      const partial = (['market', 'instrumentKind', 'symbol'] as const).find((kind) => !sets[kind].isWhole);
      return partial === undefined ? undefined : refuse(partial, `every symbol of ${room}`);
    },
  };
}

interface ValueSet {
  /** Everything, with nothing taken out. */
  isWhole: boolean;
  has(value: string): boolean;
  /** Globs of what was taken out. */
  denied: readonly string[];
  /** For whoever is refused. */
  text: string;
}

function setOf(rules: readonly RowRule[], kind: SetKind): ValueSet {
  const values = (effect: RowRule['effect']) => [
    ...new Set(rules.filter((rule) => rule.kind === kind && rule.effect === effect).map(({ value }) => value)),
  ];
  const [allowed, denied] = [values('allow'), values('deny')];
  const fits = (value: string) => (pattern: string) => fitsValue(kind, pattern, value);
  const except = denied.length > 0 ? ` except ${denied.join(', ')}` : '';
  return {
    isWhole: allowed.includes('*') && denied.length === 0,
    denied,
    has: (value) => allowed.some(fits(value)) && !denied.some(fits(value)),
    text: allowed.length > 0 ? `${allowed.join(', ')}${except}` : 'none',
  };
}

/** A figure of a rule; `unlimited` is Infinity. */
function figureOf(value: string): number {
  return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
}

function remember<T>(known: Map<string, T>, max: number, key: string, judge: (key: string) => T): T {
  const found = known.get(key);
  if (found !== undefined || known.has(key)) return found as T;
  if (known.size >= max) known.clear();
  const verdict = judge(key);
  known.set(key, verdict);
  return verdict;
}

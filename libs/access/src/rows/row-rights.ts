import type { RowKind, RowRule } from '@quotefleet/contracts';
import { exchangeOf, kindOf } from '@quotefleet/domain';
import { baseId } from '../functions/fits.ts';
import { fitsValue } from './fits-value.ts';

/** Symbols whose verdict is kept per role: well above any market's number of them. */
const KNOWN_SYMBOLS_MAX = 100_000;
const KNOWN_FIELDS_MAX = 10_000;
const SET_KINDS = ['market', 'symbol', 'instrumentKind', 'field', 'rooms'] as const satisfies RowKind[];
type SetKind = (typeof SET_KINDS)[number];

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
  /** The rules that these rights come from, those of inherited roles included. */
  readonly rules: readonly RowRule[];
  /** Why a symbol may not be seen, by its market, its kind or itself; undefined where it may. */
  refusalOf(symbol: string): RowRefusal | undefined;
  /** Whether a field of an endpoint's answer may be seen. */
  seesField(endpointId: string, field: string): boolean;
  /** Why a room may not be joined; undefined where it may. Rooms of a symbol need the right to see it too. */
  refusalOfRoom(room: string): RowRefusal | undefined;
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
  const seesAllSymbols = sets.market.isWhole && sets.symbol.isWhole && sets.instrumentKind.isWhole;

  function judgeSymbol(symbol: string): RowRefusal | undefined {
    const exchange = exchangeOf(symbol);
    const kind = kindOf(symbol);
    const refuse = (by: SetKind, what: string): RowRefusal => ({
      kind: by,
      reason: `the role ${role} may not see ${what}: its ${by} rights are ${sets[by].text}`,
    });
    if (!sets.market.has(exchange)) return refuse('market', `the market ${exchange} of ${symbol}`);
    if (!sets.instrumentKind.has(kind)) return refuse('instrumentKind', `${symbol}, which is of the kind ${kind}`);
    if (!sets.symbol.has(symbol)) return refuse('symbol', symbol);
    return undefined;
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
    rules,
    refusalOf,
    seesField: (endpointId, field) =>
      sets.field.isWhole ||
      remember(fields, KNOWN_FIELDS_MAX, `${baseId(endpointId)}.${field}`, (name) => sets.field.has(name)),
    refusalOfRoom(room) {
      if (!sets.rooms.has(room))
        return {
          kind: 'rooms',
          reason: `the role ${role} may not join ${room}: its rooms rights are ${sets.rooms.text}`,
        };
      const [, symbol] = room.split(':');
      return symbol === undefined ? undefined : refusalOf(symbol);
    },
  };
}

interface ValueSet {
  /** Everything, with nothing taken out. */
  isWhole: boolean;
  has(value: string): boolean;
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

import { kindOf, PERIODS, type Period, parseSymbol, SymbolError } from '@quotefleet/domain';

/** Kinds of rooms that belong to one symbol and nothing else. */
const SYMBOL_KINDS = ['tick', 'trade', 'depth', 'index'] as const;
type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** A room as it was understood; `name` is canonical. */
export type Room =
  | { kind: SymbolKind; symbol: string; name: string }
  | { kind: 'bar'; symbol: string; period: Period; name: string }
  | { kind: 'board'; board: string; name: string }
  | { kind: 'movers' | 'system' | 'user'; name: string }
  | FeedRoom;

/** All rooms of a kind, as `tick:*`. */
export interface FeedRoom {
  kind: 'feed';
  of: SymbolKind | 'bar';
  name: string;
}

/** Periods whose bars the bus brings, and thus can be had as a feed; the others are made for the rooms that are asked for. */
const PUSHED_PERIODS: readonly string[] = ['1m', '1d'];
const MOVERS = 'market:movers';
/** Neither part is `.` or `..`: a code is part of a path at market-data. */
const BOARD = /^\w[\w.-]{0,31}(\/\w[\w.-]{0,31})?$/u;
const ROOM_FORMS =
  'tick:SYMBOL, trade:SYMBOL, depth:SYMBOL, index:SYMBOL, bar:SYMBOL:PERIOD, board:NAME, market:movers, user or system';

/** A room that cannot be subscribed to; the message tells the client why. */
export class RoomError extends Error {
  readonly code: 'INVALID_ROOM' | 'NOT_FOUND' | 'FORBIDDEN' | 'UNAVAILABLE';

  constructor(code: RoomError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RoomError';
    this.code = code;
  }
}

/**
 * Reads a room such as `tick:sh600519`.
 * @throws RoomError
 */
export function parseRoom(text: string): Room {
  const [kind = '', first, second, ...rest] = text.trim().split(':');
  // What users are called is theirs: there may be colons in it.
  if (kind === 'user') return userRoom(text.trim());
  if (rest.length > 0) throw malformed(text);
  switch (kind) {
    case 'system':
      if (first !== undefined) throw malformed(text);
      return { kind, name: kind };
    case 'market':
      if (text.trim() !== MOVERS) throw malformed(text);
      return { kind: 'movers', name: MOVERS };
    case 'board':
      if (!first || second !== undefined || !BOARD.test(first)) throw malformed(text);
      return { kind, board: first, name: `board:${first}` };
    case 'tick':
    case 'trade':
    case 'depth':
    case 'index':
      if (!first || second !== undefined) throw malformed(text);
      if (first === '*') return { kind: 'feed', of: kind, name: feedName(kind) };
      return symbolRoom(kind, first);
    case 'bar':
      if (!first || !second) throw malformed(text);
      return barRoom(first, second);
    default:
      throw new RoomError('INVALID_ROOM', `unknown room kind '${kind}', expected ${ROOM_FORMS}`);
  }
}

/** The feed that a room is part of, whether anybody may have it or not; undefined for rooms that are in none. */
export function feedOf(room: Room): string | undefined {
  switch (room.kind) {
    case 'tick':
    case 'trade':
    case 'depth':
    case 'index':
      return feedName(room.kind);
    case 'bar':
      return isPushed(room.period) ? feedName('bar', room.period) : undefined;
    default:
      return undefined;
  }
}

/** Whether the bus brings bars of a period. */
function isPushed(period: string): boolean {
  return PUSHED_PERIODS.includes(period);
}

function feedName(kind: FeedRoom['of'], period?: string): string {
  return period === undefined ? `${kind}:*` : `${kind}:*:${period}`;
}

function userRoom(name: string): Room {
  if (name === 'user:') throw malformed(name);
  return { kind: 'user', name };
}

function symbolRoom(kind: SymbolKind, text: string): Room {
  const symbol = canonicalSymbol(text, kind === 'index');
  return { kind, symbol, name: `${kind}:${symbol}` };
}

function barRoom(text: string, period: string): Room {
  if (!isPeriod(period))
    throw new RoomError('INVALID_ROOM', `period '${period}' is not pushed, expected one of ${PERIODS.join(', ')}`);
  if (text !== '*') {
    const symbol = canonicalSymbol(text, false);
    return { kind: 'bar', symbol, period, name: `bar:${symbol}:${period}` };
  }
  if (!isPushed(period))
    throw new RoomError(
      'INVALID_ROOM',
      `bar:*:${period} is no feed, expected a period of ${PUSHED_PERIODS.join(', ')}`,
    );
  return { kind: 'feed', of: 'bar', name: feedName('bar', period) };
}

function isPeriod(text: string): text is Period {
  return (PERIODS as readonly string[]).includes(text);
}

function canonicalSymbol(text: string, isIndex: boolean): string {
  const { symbol } = parse(text, isIndex);
  if (isIndex && kindOf(symbol) !== 'index') throw new RoomError('INVALID_ROOM', `${symbol} is not an index`);
  return symbol;
}

function parse(text: string, isIndex: boolean): { symbol: string } {
  try {
    return parseSymbol(text, isIndex ? { kind: 'index' } : {});
  } catch (error) {
    if (error instanceof SymbolError) throw new RoomError('INVALID_ROOM', error.message, { cause: error });
    throw error;
  }
}

function malformed(text: string): RoomError {
  return new RoomError('INVALID_ROOM', `expected a room such as ${ROOM_FORMS}, was '${text}'`);
}

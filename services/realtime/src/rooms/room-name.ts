import { kindOf, parseSymbol, SymbolError } from '@quotefleet/domain';

/** A room as it was understood; `name` is canonical. */
export type Room =
  | { kind: 'tick' | 'depth' | 'index'; symbol: string; name: string }
  | { kind: 'bar'; symbol: string; period: string; name: string }
  | { kind: 'system'; name: string };

/** Periods that are pushed; longer ones are made of them. */
const PUSHED_PERIODS = ['1m', '1d'];
const ROOM_FORMS = 'tick:SYMBOL, depth:SYMBOL, index:SYMBOL, bar:SYMBOL:1m, bar:SYMBOL:1d or system';

/** A room that cannot be subscribed to; the message tells the client why. */
export class RoomError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RoomError';
  }
}

/**
 * Reads a room such as `tick:sh600519`.
 * @throws RoomError
 */
export function parseRoom(text: string): Room {
  const [kind = '', symbol, period, ...rest] = text.trim().split(':');
  switch (kind) {
    case 'system':
      if (symbol !== undefined) throw malformed(text);
      return { kind, name: kind };
    case 'tick':
    case 'depth':
    case 'index': {
      if (!symbol || period !== undefined) throw malformed(text);
      const canonical = canonicalSymbol(symbol, kind === 'index');
      return { kind, symbol: canonical, name: `${kind}:${canonical}` };
    }
    case 'bar': {
      if (!symbol || !period || rest.length > 0) throw malformed(text);
      if (!PUSHED_PERIODS.includes(period))
        throw new RoomError(`period '${period}' is not pushed, expected ${PUSHED_PERIODS.join(' or ')}`);
      const canonical = canonicalSymbol(symbol, false);
      return { kind, symbol: canonical, period, name: `${kind}:${canonical}:${period}` };
    }
    default:
      throw new RoomError(`unknown room kind '${kind}', expected ${ROOM_FORMS}`);
  }
}

function canonicalSymbol(text: string, isIndex: boolean): string {
  const { symbol } = parse(text, isIndex);
  if (isIndex && kindOf(symbol) !== 'index') throw new RoomError(`${symbol} is not an index`);
  return symbol;
}

function parse(text: string, isIndex: boolean): { symbol: string } {
  try {
    return parseSymbol(text, isIndex ? { kind: 'index' } : {});
  } catch (error) {
    if (error instanceof SymbolError) throw new RoomError(error.message, { cause: error });
    throw error;
  }
}

function malformed(text: string): RoomError {
  return new RoomError(`expected a room such as ${ROOM_FORMS}, was '${text}'`);
}

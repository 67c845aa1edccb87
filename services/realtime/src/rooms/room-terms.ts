import type { Access } from '@quotefleet/access';
import { barSchema, type Mode, tickSchema, tradeSchema } from '@quotefleet/contracts';
import type { LaneTerms } from './lane-terms.ts';
import type { Room } from './room-name.ts';

/** The endpoint that answers with what a room sends, and the fields it sends: rules of fields name them so. */
const TICK_FIELDS = Object.keys(tickSchema.shape);
const RANKED_FIELDS = ['symbol', 'last', 'changePercent', 'volume', 'amount'];
const BOOK_FIELDS = ['bidPrices', 'bidVolumes', 'askPrices', 'askVolumes'];
const SENT: Readonly<Record<string, { endpointId: string; fields: readonly string[] }>> = {
  tick: { endpointId: 'listTicks', fields: TICK_FIELDS },
  index: { endpointId: 'listTicks', fields: TICK_FIELDS },
  depth: { endpointId: 'listDepth', fields: BOOK_FIELDS },
  trade: { endpointId: 'listTrades', fields: Object.keys(tradeSchema.shape) },
  bar: { endpointId: 'historicalStock', fields: Object.keys(barSchema.shape) },
  board: { endpointId: 'realtimeMarket', fields: RANKED_FIELDS },
  movers: { endpointId: 'realtimeMarket', fields: RANKED_FIELDS },
};

/** What somebody asks a room for. */
export interface Wish {
  mode: Mode | undefined;
  maxHz: number | undefined;
}

export type Verdict = { terms: LaneTerms } | { refusal: string };

/**
 * On which terms a role may be in a room, if at all. Members of a lane are all sent the same, so who may not see every
 * field stays out.
 */
export function termsFor(access: Access, role: string, room: Room, { mode, maxHz }: Wish): Verdict {
  const rights = access.rowsOf(role);
  if (room.kind === 'system' || room.kind === 'user') {
    const refusal = room.kind === 'system' ? rights.refusalOfRoom(room.name) : undefined;
    return refusal ? { refusal: refusal.reason } : { terms: { mode: 'raw', intervalMs: 0, delaySeconds: 0 } };
  }
  const refusal = room.kind === 'feed' ? rights.refusalOfFeed(room.name) : rights.refusalOfRoom(room.name);
  if (refusal) return { refusal: refusal.reason };
  if (rights.delaySeconds === Number.POSITIVE_INFINITY)
    return { refusal: `the role ${role} has no live data, which ${room.name} sends` };
  const { endpointId, fields } = SENT[room.kind === 'feed' ? room.of : room.kind] ?? { endpointId: '', fields: [] };
  const hidden = rights.seesAllFields ? undefined : fields.find((field) => !rights.seesField(endpointId, field));
  if (hidden !== undefined)
    return { refusal: `the role ${role} may not see the field ${hidden}, which ${room.name} sends` };
  const isPaced = rights.maxHz !== Number.POSITIVE_INFINITY;
  if (mode === 'raw' && isPaced)
    return {
      refusal: `the role ${role} is sent at most ${rights.maxHz} updates a second of a room: ask for mode merge`,
    };
  const { delaySeconds } = rights;
  if ((mode ?? (isPaced ? 'merge' : 'raw')) === 'raw') return { terms: { mode: 'raw', intervalMs: 0, delaySeconds } };
  const hz = Math.min(maxHz ?? Number.POSITIVE_INFINITY, rights.maxHz);
  return { terms: { mode: 'merge', intervalMs: hz === Number.POSITIVE_INFINITY ? 0 : 1000 / hz, delaySeconds } };
}

/** Why a connection may not stay in a room on its terms; undefined where it may. */
export function objectionTo(access: Access, role: string, room: Room, terms: LaneTerms): string | undefined {
  const maxHz = terms.intervalMs === 0 ? undefined : 1000 / terms.intervalMs;
  const verdict = termsFor(access, role, room, { mode: terms.mode, maxHz });
  if ('refusal' in verdict) return verdict.refusal;
  const { delaySeconds, intervalMs } = verdict.terms;
  return delaySeconds === terms.delaySeconds && intervalMs <= terms.intervalMs
    ? undefined
    : `the role ${role} is sent ${room.name} on other terms now: subscribe again`;
}

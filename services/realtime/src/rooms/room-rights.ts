import type { Access } from '@quotefleet/access';
import { barSchema, tickSchema } from '@quotefleet/contracts';
import type { Room } from './room-name.ts';

/** The endpoint that answers with what a room sends, and the fields it sends: rules of fields name them so. */
const SENT = {
  tick: { endpointId: 'listTicks', fields: Object.keys(tickSchema.shape) },
  index: { endpointId: 'listTicks', fields: Object.keys(tickSchema.shape) },
  depth: { endpointId: 'listDepth', fields: ['bidPrices', 'bidVolumes', 'askPrices', 'askVolumes'] },
  bar: { endpointId: 'historicalStock', fields: Object.keys(barSchema.shape) },
} as const;

/**
 * Why a role may not be in a room; undefined where it may. Every member is sent the same at the same moment, so who sees
 * the market late, or not every field, stays out.
 */
export function refusalOfRoom(access: Access, role: string, room: Room): string | undefined {
  const rights = access.rowsOf(role);
  const refusal = rights.refusalOfRoom(room.name);
  if (refusal) return refusal.reason;
  if (room.kind === 'system') return undefined;
  if (rights.delaySeconds > 0) return `the role ${role} has no live data, which ${room.name} sends`;
  if (rights.seesAllFields) return undefined;
  const { endpointId, fields } = SENT[room.kind];
  const hidden = fields.find((field) => !rights.seesField(endpointId, field));
  return hidden === undefined
    ? undefined
    : `the role ${role} may not see the field ${hidden}, which ${room.name} sends`;
}

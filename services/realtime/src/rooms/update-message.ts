import type { BarPayload, ServerMessage } from '@quotefleet/contracts';
import { RoomMessage } from '../connections/room-message.ts';
import type { Update } from './room-source.ts';

/** An update as a message that stands for itself: where a client starts from. */
export function snapshotOf(update: Omit<Update, 'prevSeq'>): ServerMessage {
  return messageOf({ ...update, prevSeq: undefined });
}

export function messageOf({ room, type, payload, traceId, ts, epoch, seq, prevSeq }: Update): ServerMessage {
  return {
    ...{ type, room: room.name, payload, traceId },
    ...(epoch === '' ? {} : { epoch }),
    ...{ seq, ...(prevSeq === undefined ? {} : { prevSeq }), ts },
  };
}

/** The same on its way; payloads that several rooms send are serialised once. */
export function encodeUpdate({ room, type, payload, traceId, ts, epoch, seq, prevSeq }: Update): RoomMessage {
  const run = epoch === '' ? '' : `,"epoch":${JSON.stringify(epoch)}`;
  const before = prevSeq === undefined ? '' : `,"prevSeq":${prevSeq}`;
  const json =
    `{"type":"${type}","room":${JSON.stringify(room.name)},"payload":${jsonOf(payload)},` +
    `"traceId":${JSON.stringify(traceId)}${run},"seq":${seq}${before},"ts":${ts}}`;
  return new RoomMessage({ room: room.name, epoch, seq, prevSeq }, json);
}

/**
 * What an update tells a new state of: its room or, of bars, one bar: neither the next one nor an amendment of an earlier
 * one says what this one came to.
 */
export function seriesOf({ room, type, payload, epoch }: Update): string {
  return type === 'bar' ? `${room.name} ${epoch} ${(payload as BarPayload).ts}` : room.name;
}

let lastPayload: object | undefined;
let lastJson = '';

/** Rooms of one event follow on each other: remembering the last payload serves them all. */
function jsonOf(payload: object): string {
  if (payload !== lastPayload) {
    lastJson = JSON.stringify(payload);
    lastPayload = payload;
  }
  return lastJson;
}

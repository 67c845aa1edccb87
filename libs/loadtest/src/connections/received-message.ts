import type { GapReason, MessageType, SystemPayload } from '@quotefleet/contracts';

/** What the audit needs of a server's message; the rest of its payload is not kept. */
export interface ReceivedMessage {
  type: MessageType;
  room: string;
  epoch: string | undefined;
  seq: number;
  prevSeq: number | undefined;
  /** When the event was made, ms since epoch UTC, whole. */
  ts: number;
  gap?: { reason: GapReason; missing: number };
  systemCode?: SystemPayload['code'];
}

/** A frame that is not what the protocol says. */
export class MalformedFrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedFrameError';
  }
}

/**
 * Reads a message without a schema library: millions pass through here.
 * @throws MalformedFrameError
 */
export function toReceivedMessage(value: unknown): ReceivedMessage {
  const { type, room, epoch, seq, prevSeq, ts, payload } = asRecord(value);
  if (typeof type !== 'string' || typeof room !== 'string' || typeof seq !== 'number' || typeof ts !== 'number')
    throw new MalformedFrameError(`expected a message with type, room, seq and ts, was ${excerpt(value)}`);
  const message: ReceivedMessage = {
    type: type as MessageType,
    room,
    epoch: typeof epoch === 'string' ? epoch : undefined,
    seq,
    prevSeq: typeof prevSeq === 'number' ? prevSeq : undefined,
    ts,
  };
  if (type === 'gap') message.gap = toGap(payload);
  if (type === 'system') message.systemCode = asRecord(payload).code as SystemPayload['code'];
  return message;
}

function toGap(payload: unknown): { reason: GapReason; missing: number } {
  const { reason, from, to } = asRecord(payload);
  const missing = typeof from === 'number' && typeof to === 'number' ? to - from + 1 : 0;
  return { reason: reason as GapReason, missing };
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null)
    throw new MalformedFrameError(`expected an object, was ${excerpt(value)}`);
  return value as Record<string, unknown>;
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 200);
}

import type { ServerMessage } from '@quotefleet/contracts';
import { TickMaker, TickTraffic } from '@quotefleet/loadtest';
import { benchSymbols, type PushWork } from './push-server.ts';

const TRACE_ID = '0'.repeat(32);

/** The ticks of a work as the messages that a realtime node makes of them, for servers that are no such node. */
export function startMessages(work: PushWork, onMessage: (message: ServerMessage) => void): void {
  const maker = new TickMaker(benchSymbols(work.symbols), 'bench');
  new TickTraffic({
    next: (ts) => maker.next(ts),
    perSecond: work.ticksPerSecond,
    publish: async (ticks) => {
      for (const tick of ticks) onMessage(toMessage(tick));
      return ticks.length;
    },
  });
}

function toMessage(payload: ReturnType<TickMaker['next']>): ServerMessage {
  const { symbol, epoch, seq, ts } = payload;
  const position = seq > 1 ? { epoch, seq, prevSeq: seq - 1 } : { epoch, seq };
  return { type: 'tick', room: `tick:${symbol}`, payload, traceId: TRACE_ID, ...position, ts };
}

/** Every room that was asked for, granted. */
export function grantAll(rooms: readonly string[]): object {
  return { results: rooms.map((room) => ({ requested: room, room, accepted: true })) };
}

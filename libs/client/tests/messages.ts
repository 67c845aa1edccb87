import type { BarPayload, DeltaPayload, DepthPayload, ServerMessage, TickPayload } from '@quotefleet/contracts';

const START = Date.parse('2026-11-20T10:00:00+08:00');

/** The tick that the exchange made a second after the one before it. */
export function tickOf(seq: number, { symbol = '600519.SH', epoch = 'e1' } = {}): TickPayload {
  const ts = START + seq * 1000;
  return {
    ...{
      symbol,
      ts,
      seq,
      epoch,
      last: 10,
      open: 10,
      high: 10,
      low: 10,
      preClose: 10,
      volume: 100 * seq,
      amount: 1000 * seq,
    },
    ...{ bidPrices: [9.99], bidVolumes: [100], askPrices: [10.01], askVolumes: [200] },
    ...{ source: 'test', receivedTs: ts },
  };
}

export function tickMessage(
  seq: number,
  { prevSeq, epoch = 'e1' }: { prevSeq?: number; epoch?: string } = {},
): ServerMessage {
  const payload = tickOf(seq, { epoch });
  const chained = prevSeq === undefined ? {} : { prevSeq };
  return { type: 'tick', room: 'tick:600519.SH', payload, traceId: 't', epoch, seq, ...chained, ts: payload.ts };
}

/** Ticks that follow on each other, from one sequence to another. */
export function ticks(from: number, to: number): ServerMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => tickMessage(from + index, { prevSeq: from + index - 1 }));
}

export function barMessage(
  minute: number,
  seq: number,
  { final = false, prevSeq }: { final?: boolean; prevSeq?: number } = {},
): ServerMessage {
  const payload: BarPayload = {
    ...{ symbol: '600519.SH', period: '1m', ts: START + minute * 60_000, open: 10, high: 10, low: 10, close: 10 },
    ...{ volume: 100, amount: 1000, final, seq, epoch: 'e1' },
  };
  const chained = prevSeq === undefined ? {} : { prevSeq };
  return { type: 'bar', room: 'bar:600519.SH:1m', payload, traceId: 't', epoch: 'e1', seq, ...chained, ts: payload.ts };
}

type Side = [price: number, shares: number][];

export function depthMessage(seq: number, bids: Side, asks: Side, prevSeq?: number): ServerMessage {
  const payload: DepthPayload = {
    ...{ symbol: '600519.SH', ts: START + seq * 1000, seq, epoch: 'e1' },
    ...{ bidPrices: bids.map(([price]) => price), bidVolumes: bids.map(([, shares]) => shares) },
    ...{ askPrices: asks.map(([price]) => price), askVolumes: asks.map(([, shares]) => shares) },
  };
  return depthRoom('depth', payload, prevSeq);
}

export function deltaMessage(seq: number, bids: Side, asks: Side, prevSeq = seq - 1): ServerMessage {
  return depthRoom('delta', { symbol: '600519.SH', ts: START + seq * 1000, seq, epoch: 'e1', bids, asks }, prevSeq);
}

function depthRoom(type: 'depth' | 'delta', payload: DepthPayload | DeltaPayload, prevSeq?: number): ServerMessage {
  const { epoch, seq, ts } = payload;
  const chained = prevSeq === undefined ? {} : { prevSeq };
  return { type, room: 'depth:600519.SH', payload, traceId: 't', epoch, seq, ...chained, ts };
}

export function gapOf(room: string, from: number, to: number, reason = 'not-received'): ServerMessage {
  const payload = { from, to, reason };
  return { type: 'gap', room, payload, traceId: 't', epoch: 'e1', seq: to, prevSeq: from - 1, ts: START };
}

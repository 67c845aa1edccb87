import type { BarPayload, TickPayload, TradePayload } from '@quotefleet/contracts';

export function tickOf(symbol: string, seq: number, fields: Partial<TickPayload> = {}): TickPayload {
  return {
    ...{ symbol, seq, epoch: 'e1', ts: 1_763_683_200_000 + seq * 3000, receivedTs: Date.now(), source: 'test' },
    ...{ last: 10 + seq / 100, open: 10, high: 11, low: 9, preClose: 10, volume: seq * 100, amount: seq * 1000 },
    ...{ bidPrices: [9.99], bidVolumes: [100], askPrices: [10.01], askVolumes: [200] },
    ...fields,
  };
}

export function barOf(symbol: string, seq: number, fields: Partial<BarPayload> = {}): BarPayload {
  return {
    ...{ symbol, seq, epoch: 'e1', period: '1m' as const, ts: 1_763_683_260_000, final: false },
    ...{ open: 10, high: 11, low: 9, close: 10, volume: seq * 100, amount: seq * 1000 },
    ...fields,
  };
}

export function tradeOf(symbol: string, seq: number, fields: Partial<TradePayload> = {}): TradePayload {
  return {
    ...{ symbol, seq, epoch: '2025-11-21', ts: 1_763_683_200_000 + seq, source: 'test' },
    ...{ price: 10, volume: 100, amount: 1000, ...fields },
  };
}

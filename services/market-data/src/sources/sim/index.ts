export { type DailyHistory, type DailyHistoryOptions, dailyHistory } from './daily/daily-history.ts';
export { createSimExchange, type SimExchange, type SimExchangeOptions } from './exchange.ts';
export { simInstruments } from './instruments.ts';
export { type ReferenceBatch, simReference } from './reference/sim-reference.ts';
export { createSimSource, type SimEnd, type SimSource, type SimSourceOptions } from './sim-source.ts';
export { type SimState, SimStateError } from './sim-state.ts';

export { type DailyHistory, type DailyHistoryOptions, dailyHistory } from './daily/daily-history.ts';
export { createSimExchange, type SimExchange, type SimExchangeOptions } from './exchange.ts';
export { simInstruments } from './instruments.ts';
export {
  type CheckpointStore,
  createSimSource,
  type SimEnd,
  type SimSource,
  type SimSourceOptions,
  type TickSink,
} from './sim-source.ts';
export { type SimState, SimStateError } from './sim-state.ts';

export { type AuditTotals, isClean, VIOLATIONS } from './audit/audit-tally.ts';
export { Latencies, type LatencySummary } from './measures/latencies.ts';
export { openRealtimeLoad, type RealtimeLoad, type RealtimeLoadOptions } from './realtime/realtime-load.ts';
export type { RealtimePoint, RealtimeWindow } from './realtime/realtime-window.ts';
export { apiPublisher, busPublisher, type PublishTicks } from './traffic/publishers.ts';
export { TickMaker } from './traffic/tick-maker.ts';
export { TickTraffic, type TrafficTotals } from './traffic/tick-traffic.ts';
export type { ClientKind, ConnectionCounts, LoadPlan, RoomPlan } from './worker/worker-messages.ts';

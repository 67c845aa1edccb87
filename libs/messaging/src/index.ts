export { type AuditMeter, AuditPublisher } from './audit/audit-publisher.ts';
export { RepeatedCalls } from './audit/repeated-calls.ts';
export {
  type BusTrouble,
  BusUnavailableError,
  type DeadLetter,
  type EventBatch,
  type EventBus,
  type OutgoingEvent,
  PoisonEventError,
  type ReceivedEvent,
  type SubscribeOptions,
  type Subscription,
  type TopicSpec,
} from './event-bus.ts';
export { createInProcessBus } from './in-process/in-process-bus.ts';
export { createKafkaBus } from './kafka/kafka-bus.ts';

/**
 * The topics of the fleet. Partition counts are fixed for life: the key -> partition mapping
 * carries the per-symbol order.
 */
export const TOPICS = {
  /** L1 snapshots keyed by symbol. */
  ticks: 'md.ticks',
  /** Single trades keyed by symbol. */
  trades: 'md.trades',
  /** Provisional and final bars keyed by symbol. */
  bars: 'md.bars',
  /** Instrument changes keyed by symbol. */
  instruments: 'md.instruments',
  /** Cache keys (symbols) whose stored data changed. */
  cacheInvalidate: 'cache.invalidate',
  /** Users, keys and tokens that lost their rights. */
  authRevoked: 'auth.revoked',
  /** Changes of the access policy. */
  authPolicy: 'auth.policy',
  /** Security relevant actions. */
  audit: 'audit',
} as const;

export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

/** Partitions per topic. */
export const TOPIC_PARTITIONS = 12;

/** The dead-letter topic of a topic. */
export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

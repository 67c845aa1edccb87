import type { PoolOptions, PoolStats } from '../pg/pool-options.ts';

/** `behind` and `down` replicas are not read. */
export type ReplicaState = 'healthy' | 'behind' | 'down';
/** Why a read went to the primary: the last one failed on a replica first. */
export type FallbackReason = 'down' | 'behind' | 'session' | 'error';

export interface RoutedPoolOptions extends PoolOptions {
  /** `postgres://user:password@host:port/database`. */
  primaryUrl: string;
  /** Streaming replicas of the primary. None: the primary answers everything. */
  replicaUrls: readonly string[];
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** How often lag and health are measured; 1 s. */
  pollIntervalMs?: number | undefined;
  /** A server that does not answer for so long is down; 1 s. */
  probeTimeoutMs?: number | undefined;
  /** Lag past which `onLagAlarm` is called, and below which a replica that was not read is read again; 1 s. */
  alarmLagMs?: number | undefined;
  /** Lag past which a replica is not read; 5 s. */
  maxLagMs?: number | undefined;
  /** The same in bytes of WAL; no limit. */
  maxLagBytes?: number | undefined;
  /** Called when a replica falls behind by more than `alarmLagMs`, and when it is no longer. */
  onLagAlarm?: ((alarm: LagAlarm) => void) | undefined;
  onReplicaState?: ((change: ReplicaStateChange) => void) | undefined;
}

export interface LagAlarm {
  /** `host:port`. */
  replica: string;
  /** False when it has caught up. */
  active: boolean;
  lagSeconds: number;
  lagBytes: number;
}

export interface ReplicaStateChange {
  /** `host:port`. */
  replica: string;
  state: ReplicaState;
  /** Why it is not read. */
  reason: string | undefined;
}

export interface ReplicaStats {
  /** `host:port`. */
  name: string;
  state: ReplicaState;
  healthy: boolean;
  /** Undefined while it is not known. */
  lagSeconds: number | undefined;
  lagBytes: number | undefined;
  /** Reads it answered. */
  reads: number;
  pool: PoolStats;
}

export interface RoutedPoolStats {
  primary: { healthy: boolean; reads: number; writes: number; pool: PoolStats };
  replicas: ReplicaStats[];
  /** Reads that the primary answered in place of a replica. */
  fallbacks: Record<FallbackReason, number>;
}

/** `options` with the defaults in place of what is absent. */
export function completeRoutingOptions(options: RoutedPoolOptions) {
  const { pollIntervalMs = 1_000, probeTimeoutMs = 1_000, alarmLagMs = 1_000, maxLagMs = 5_000 } = options;
  const maxLagBytes = options.maxLagBytes ?? Number.POSITIVE_INFINITY;
  return { ...options, pollIntervalMs, probeTimeoutMs, alarmLagMs, maxLagMs, maxLagBytes };
}

export type CompleteRoutingOptions = ReturnType<typeof completeRoutingOptions>;

import type { CompleteRoutingOptions, ReplicaState } from './routing-options.ts';
import type { Lag } from './wal-history.ts';

type Limits = Pick<CompleteRoutingOptions, 'alarmLagMs' | 'maxLagMs' | 'maxLagBytes' | 'onLagAlarm' | 'onReplicaState'>;

/** Whether a replica may be read, and who hears of it. It is `down` until it was measured. */
export class ReplicaHealth {
  readonly #name: string;
  readonly #limits: Limits;
  #state: ReplicaState = 'down';
  #lag: Lag | undefined;
  #replayed: bigint | undefined;
  #isAlarmed = false;

  constructor(name: string, limits: Limits) {
    this.#name = name;
    this.#limits = limits;
  }

  get state(): ReplicaState {
    return this.#state;
  }

  /** Undefined while it is not known. */
  get lag(): Lag | undefined {
    return this.#lag;
  }

  /** By what is known without asking. */
  hasReplayed(position: bigint): boolean {
    return this.#replayed !== undefined && this.#replayed >= position;
  }

  /** It said between two measurements where it is. */
  advance(replayed: bigint): void {
    if (this.#state !== 'down' && !this.hasReplayed(replayed)) this.#replayed = replayed;
  }

  /** `lag` is undefined as long as the primary was never reached. */
  measured(replayed: bigint, lag: Lag | undefined): void {
    this.#replayed = replayed;
    this.#lag = lag;
    if (!lag) return;
    const { alarmLagMs, maxLagMs, maxLagBytes, onLagAlarm } = this.#limits;
    const isLate = lag.ms > alarmLagMs;
    // What was not read is read again when it has caught up, not as soon as it is just within the limit.
    const isBehind = lag.bytes > maxLagBytes || lag.ms > maxLagMs || (this.#state !== 'healthy' && isLate);
    const lagSeconds = lag.ms / 1_000;
    const reason = `${lagSeconds.toFixed(1)} s and ${lag.bytes} bytes behind`;
    if (isBehind) this.#become('behind', reason);
    else this.#become('healthy', undefined);
    if (isLate === this.#isAlarmed) return;
    this.#isAlarmed = isLate;
    onLagAlarm?.({ replica: this.#name, active: isLate, lagSeconds, lagBytes: lag.bytes });
  }

  /** Until the next measurement says otherwise. A server that comes back may be where it was a while ago. */
  lost(error: unknown): void {
    this.#replayed = undefined;
    this.#lag = undefined;
    this.#become('down', error instanceof Error ? error.message : String(error));
  }

  #become(state: ReplicaState, reason: string | undefined): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#limits.onReplicaState?.({ replica: this.#name, state, reason });
  }
}

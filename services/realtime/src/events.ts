import type { GapReason, Identity, SystemPayload } from '@quotefleet/contracts';
import type { AppError, Logger, Metrics } from '@quotefleet/service-kit';
import type { Caller, SocketAudit } from './audit/socket-audit.ts';
import type { Connection, FlushTally } from './connections/connection.ts';

const LAG_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 5];

/** The one place where what happens at this node is counted and logged. */
export class RealtimeEvents {
  readonly #logger: Logger;
  readonly #audit: SocketAudit;
  readonly #frames;
  readonly #messages;
  readonly #duplicates;
  readonly #closes;
  readonly #refusals;
  readonly #troubles;
  readonly #lag;
  readonly #conflated;
  readonly #gaps;
  readonly #resumes;

  constructor(logger: Logger, metrics: Metrics, audit: SocketAudit) {
    this.#logger = logger;
    this.#audit = audit;
    this.#frames = metrics.counter('socketio_frames_sent_total', 'Frames sent to clients');
    this.#messages = metrics.counter('socketio_messages_sent_total', 'Room messages sent to clients');
    this.#duplicates = metrics.counter('realtime_duplicates_dropped_total', 'Events delivered more than once');
    this.#closes = metrics.counter('socketio_disconnects_total', 'Connections ended', ['code']);
    this.#refusals = metrics.counter('socketio_sign_ins_refused_total', 'Connections refused', ['code']);
    this.#troubles = metrics.counter('bus_troubles_total', 'Redeliveries, dead letters, lost connections', ['kind']);
    this.#conflated = metrics.counter(
      'socketio_conflated_total',
      'Updates that a newer one replaced before they were sent',
    );
    this.#gaps = metrics.counter('socketio_gaps_total', 'Gaps that clients were told of', ['reason']);
    this.#resumes = metrics.counter('socketio_resumes_total', 'Rooms that clients resumed', ['recovered']);
    this.#lag = metrics.histogram(
      'realtime_publish_to_flush_seconds',
      'Age of the oldest event of a flush',
      [],
      LAG_BUCKETS_SECONDS,
    );
  }

  /** @param lagMs age of the oldest event that was new; undefined where none was */
  flushed({ frames, messages }: FlushTally, lagMs: number | undefined): void {
    this.#frames.inc(frames);
    this.#messages.inc(messages);
    if (lagMs !== undefined) this.#lag.observe(lagMs / 1000);
  }

  conflated(count: number): void {
    if (count > 0) this.#conflated.inc(count);
  }

  gapsSent(reason: GapReason, count: number): void {
    if (count > 0) this.#gaps.inc({ reason }, count);
  }

  /** A client came back to a room: with all that it missed, or not. */
  resumed(isRecovered: boolean): void {
    this.#resumes.inc({ recovered: String(isRecovered) });
  }

  duplicateDropped(): void {
    this.#duplicates.inc();
  }

  /** The server ended a connection. */
  closed(code: SystemPayload['code'], connection: Connection): void {
    this.#closes.inc({ code });
    if (code === 'SERVER_STOPPING') return;
    this.#logger.info({ code, connection: connection.id, client: connection.identity.client }, 'connection closed');
  }

  /** A client went, or its network did. */
  left(): void {
    this.#closes.inc({ code: 'LEFT' });
  }

  signInRefused(error: AppError, caller: Caller): void {
    const { code, message: reason } = error;
    this.#refusals.inc({ code });
    this.#logger.debug({ code, reason }, 'sign-in refused');
    this.#audit.refused(error, caller);
  }

  refreshRefused(error: AppError, { identity }: Connection): void {
    const { code, message: reason } = error;
    this.#logger.debug({ code, reason }, 'refresh refused');
    this.#audit.refreshRefused(error, identity);
  }

  /** An operator ended a connection. */
  kicked(kick: { by: Identity; id: string; subject: string }): void {
    this.#audit.kicked(kick);
  }

  busTrouble(trouble: { kind: string; topic?: string; reason: string }): void {
    this.#troubles.inc({ kind: trouble.kind });
    this.#logger.warn(trouble, 'trouble with the bus');
  }

  snapshotMissed(room: string, error: unknown): void {
    this.#logger.warn({ room, err: error }, 'no snapshot for a room: market-data did not give one');
  }

  redisTrouble(error: Error): void {
    this.#logger.warn(
      { err: error },
      'trouble with Redis: notices of other nodes do not arrive, and connections are counted by node',
    );
  }
}

import type { HeartbeatPayload } from '@quotefleet/contracts';
import { newTraceId } from '@quotefleet/service-kit';
import type { Connection } from '../connections/connection.ts';
import { RoomMessage } from '../connections/room-message.ts';

const HEARTBEAT_MS = 15_000;

/** Whose turn it is to hear how far behind they are: each connection every 15 s, as they came. */
export class Heartbeats {
  /** In the order of their next turn. */
  readonly #turns = new Map<Connection, number>();

  add(connection: Connection, now: number): void {
    this.#turns.set(connection, now + HEARTBEAT_MS);
  }

  remove(connection: Connection): void {
    this.#turns.delete(connection);
  }

  /** Sends those whose turn has come theirs; the many that keep up share one message. */
  beat(now: number, lagMs: number, send: (connection: Connection, message: RoomMessage) => void): void {
    let common: RoomMessage | undefined;
    for (const [connection, turn] of this.#turns) {
      if (turn > now) return;
      this.#turns.delete(connection);
      this.#turns.set(connection, now + HEARTBEAT_MS);
      const { queueSize } = connection;
      if (connection.isBehind) {
        const oldestMs = Math.round(connection.oldestAge(now));
        send(connection, heartbeat({ queuedBytes: queueSize, oldestMs, lagMs }));
      } else {
        common ??= heartbeat({ queuedBytes: 0, oldestMs: 0, lagMs });
        send(connection, common);
      }
    }
  }
}

function heartbeat(payload: HeartbeatPayload): RoomMessage {
  return RoomMessage.of({
    type: 'heartbeat',
    room: 'heartbeat',
    payload,
    traceId: newTraceId(),
    seq: 0,
    ts: Date.now(),
  });
}

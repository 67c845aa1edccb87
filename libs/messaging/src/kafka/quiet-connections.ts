import { createRequire } from 'node:module';

/** What a connection of kafkajs (2.2.4) waits with. */
interface RequestQueue {
  pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

/**
 * A connection of kafkajs looks for requests that wait every millisecond, from its first answer on until it is closed, and
 * sometimes after that: some connections for each consumer keep a process from sleeping, and from ending. A request that
 * has to wait schedules the look itself, so that where nothing waits nothing is looked for.
 */
export function quietConnections(): void {
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  const schedule = prototype.scheduleCheckPendingRequests;
  if (schedule.name === scheduleWhereSomethingWaits.name) return;
  function scheduleWhereSomethingWaits(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  }
  prototype.scheduleCheckPendingRequests = scheduleWhereSomethingWaits;
}

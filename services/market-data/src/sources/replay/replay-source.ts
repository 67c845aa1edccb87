import { setTimeout as sleep } from 'node:timers/promises';
import type { TickPayload } from '@quotefleet/contracts';
import type { CheckpointStore, QuoteSource, TickSink } from '../quote-source.ts';
import { readRecording } from './recording.ts';

/** Where a replay stands: the ticks of the recording handed over so far. */
export interface ReplayPosition {
  path: string;
  ticks: number;
}

interface ReplaySourceOptions {
  path: string;
  /** Recorded seconds per real second; Infinity for as fast as they are taken. */
  speed: number;
  checkpoint: CheckpointStore<ReplayPosition>;
  /** Told when the feed breaks off. */
  onFailure: (error: unknown) => void;
}

const BATCH_TICKS_MAX = 1000;
/** Closed time (lunch, night, holidays) is not waited for. */
const PAUSE_MAX_MS = 5000;

/** Plays a recording as a live feed: the ticks as they were, in order, at a chosen speed; a restart goes on where it stopped. */
export function createReplaySource({ path, speed, checkpoint, onFailure }: ReplaySourceOptions): QuoteSource {
  const stopping = new AbortController();
  let playing: Promise<void> = Promise.resolve();

  async function play(ticks: readonly TickPayload[], from: number, sink: TickSink): Promise<void> {
    let next = from;
    while (next < ticks.length && !stopping.signal.aborted) {
      const batch = batchAt(ticks, next);
      const receivedTs = Date.now();
      await sink(batch.map((tick) => ({ ...tick, receivedTs })));
      next += batch.length;
      await checkpoint.save({ path, ticks: next });
      await pause((ticks[next]?.ts ?? 0) - (batch.at(-1)?.ts ?? 0));
    }
  }

  async function pause(recordedMs: number): Promise<void> {
    const waitMs = Math.min(PAUSE_MAX_MS, recordedMs / speed);
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopping.signal });
  }

  return {
    async start(sink) {
      const { ticks } = await readRecording(path);
      const position = await checkpoint.load();
      const from = position?.path === path ? position.ticks : 0;
      playing = play(ticks, from, sink).catch((error: unknown) => {
        if (!stopping.signal.aborted) onFailure(error);
      });
    },
    async stop() {
      stopping.abort();
      await playing;
    },
  };

  /** Ticks that fall due together. */
  function batchAt(ticks: readonly TickPayload[], start: number): TickPayload[] {
    const windowMs = speed === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0.05 * 1000 * speed;
    const due = (ticks[start]?.ts ?? 0) + windowMs;
    let end = start + 1;
    while (end < ticks.length && end - start < BATCH_TICKS_MAX && (ticks[end]?.ts ?? 0) <= due) end += 1;
    return ticks.slice(start, end);
  }
}

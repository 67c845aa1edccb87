import type { ConnectionCounts } from '../worker/worker-messages.ts';

/** What the workers counted, altogether. */
export function mergeCounts(all: readonly ConnectionCounts[]): ConnectionCounts {
  const sum = (pick: (counts: ConnectionCounts) => number) => all.reduce((total, counts) => total + pick(counts), 0);
  const merge = (pick: (counts: ConnectionCounts) => Record<string, number>) => {
    const merged: Record<string, number> = {};
    for (const counts of all)
      for (const [code, count] of Object.entries(pick(counts))) merged[code] = (merged[code] ?? 0) + count;
    return merged;
  };
  return {
    asked: sum(({ asked }) => asked),
    attempts: sum(({ attempts }) => attempts),
    open: sum(({ open }) => open),
    ready: sum(({ ready }) => ready),
    givenUp: sum(({ givenUp }) => givenUp),
    refused: merge(({ refused }) => refused),
    failed: merge(({ failed }) => failed),
    dropped: merge(({ dropped }) => dropped),
    roomsGranted: sum(({ roomsGranted }) => roomsGranted),
    roomsRefused: merge(({ roomsRefused }) => roomsRefused),
    delayed: sum(({ delayed }) => delayed),
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import type { Verdict } from './audit.ts';
import type { AuditClient } from './audit-client.ts';
import { writeResult } from './report.ts';
import type { TickSource } from './tick-source.ts';

const WARM_UP_MS = 1000;
const RECOVERY_MAX_MS = 60_000;
const COOL_DOWN_MS = 700;

interface Cell {
  /** As the table has it. */
  fault: string;
  /** What the clients of this cell saw of it; asked for in the end. */
  happened: () => string;
  symbols: readonly string[];
  source: TickSource;
  clients: readonly AuditClient[];
  /** Resolves when the fault is over. */
  inject: () => Promise<void>;
}

/**
 * Ticks flow, a fault comes and goes, ticks flow on: expects that every client has every tick, or was told that it does
 * not get it, in order and once.
 * @returns what all clients had, added up
 */
export async function runCell({ fault, happened, symbols, source, clients, inject }: Cell): Promise<Verdict> {
  const reached = (seqs: ReadonlyMap<string, number>, beyond: number) =>
    clients.every(({ audit }) => [...seqs].every(([symbol, seq]) => audit.hasReached(`tick:${symbol}`, seq + beyond)));
  const accepted = () => new Map(symbols.map((symbol) => [symbol, source.accepted(symbol)]));
  await Promise.all(clients.map(({ subscribed }) => subscribed));
  source.start();
  try {
    await sleep(WARM_UP_MS);
    await inject();
    const overMs = performance.now();
    const before = accepted();
    const timeoutMs = RECOVERY_MAX_MS;
    await waitUntil(() => reached(before, 1), { timeoutMs, message: `ticks from after the fault: ${fault}` });
    const recoveryMs = Math.round(performance.now() - overMs);
    await sleep(COOL_DOWN_MS);
    await source.stop();
    await waitUntil(() => reached(accepted(), 0), { timeoutMs, message: `the last ticks after the fault: ${fault}` });
    const verdict = addUp(clients.map(({ audit }) => audit.verdict(source.truth())));
    writeResult({ fault, happened: happened(), clients: clients.length, recoveryMs, ...verdict });
    expect(verdict).toMatchObject({ lost: 0, doubled: 0, disordered: 0, invented: 0, problems: [] });
    expect(verdict.received + verdict.gapCovered + verdict.conflated).toBe(verdict.owed);
    return verdict;
  } finally {
    await source.stop();
    for (const client of clients) client.stop();
  }
}

function addUp(verdicts: readonly Verdict[]): Verdict {
  const sum = (name: Exclude<keyof Verdict, 'problems'>) =>
    verdicts.reduce((total, verdict) => total + verdict[name], 0);
  return {
    ...{ owed: sum('owed'), received: sum('received'), gapCovered: sum('gapCovered'), conflated: sum('conflated') },
    ...{ lost: sum('lost'), doubled: sum('doubled'), disordered: sum('disordered'), repeated: sum('repeated') },
    invented: sum('invented'),
    problems: verdicts.flatMap(({ problems }) => problems),
  };
}

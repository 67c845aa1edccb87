import { setTimeout as sleep } from 'node:timers/promises';
import type { Launch } from './launch.ts';

const POLL_MS = 50;
const REQUEST_TIMEOUT_MS = 3000;

/**
 * Waits until a URL answers 200.
 * @throws Error with what was answered last when that takes longer than `timeoutMs`
 */
export async function waitReady(url: string, timeoutMs: number, launch: Launch): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    launch.checkpoint();
    const answer = await probe(url);
    if (answer === 'ready') return;
    if (Date.now() > deadline) throw new Error(`${url} was not ready within ${timeoutMs / 1000} s (${answer})`);
    await sleep(POLL_MS);
  }
}

async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const body = await response.text();
    return response.ok ? 'ready' : `it answered ${response.status}: ${body.slice(0, 500)}`;
  } catch (error) {
    const { cause } = error as Error;
    return cause instanceof Error ? cause.message : String(error);
  }
}

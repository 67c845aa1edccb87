import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** 10 s unless given. */
  timeoutMs?: number;
  /** 25 ms unless given. */
  intervalMs?: number;
  /** What is waited for: "the tick to be stored". */
  message?: string;
}

/**
 * Asks again until the answer is truthy, and answers it. An error thrown by the question counts as "not yet"; the
 * last one is the cause of the timeout error.
 */
export async function waitUntil<T>(question: () => T | Promise<T>, options: WaitOptions = {}): Promise<T> {
  const { timeoutMs = 10_000, intervalMs = 25, message = 'the condition to hold' } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await question();
      if (answer) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  }
  throw new Error(`waited ${timeoutMs} ms for ${message}`, { cause });
}

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsecutiveBreaker, type Outcome } from './breaker.ts';

const OPEN_MS = 1000;
const fails = () => Promise.reject(new Error('down'));
const answers = () => Promise.resolve<Outcome>('answered');
const isAborted = () => Promise.resolve<Outcome>('aborted');

describe('the circuit breaker', () => {
  let breaker: ConsecutiveBreaker;
  beforeEach(() => {
    jest.useFakeTimers();
    breaker = new ConsecutiveBreaker('test', { failures: 3, successes: 2, openMs: OPEN_MS });
  });
  afterEach(() => {
    breaker.shutdown();
    jest.useRealTimers();
  });

  const outcomeOf = (work: () => Promise<Outcome>) =>
    breaker.fire(work).catch((error: Error & { code?: string }) => error.code ?? error.message);
  async function fire(...works: (() => Promise<Outcome>)[]): Promise<string[]> {
    const outcomes = [];
    for (const work of works) outcomes.push(await outcomeOf(work));
    return outcomes;
  }
  function held() {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    return { work: () => promise, resolve };
  }

  it('opens on failures in a row and not on failures among successes', async () => {
    await fire(fails, fails, answers, fails, fails);
    expect(breaker.state).toBe('closed');
    await fire(fails);
    expect(breaker.state).toBe('open');
    expect(await fire(answers)).toEqual(['EOPENBREAKER']);
  });

  it('does not open on one failure that came long after its call began', async () => {
    const { promise, reject } = Promise.withResolvers<Outcome>();
    const outcome = outcomeOf(() => promise);
    await jest.advanceTimersByTimeAsync(60_000);
    reject(new Error('down'));
    expect(await outcome).toBe('down');
    expect(breaker.state).toBe('closed');
  });

  it('takes clients that go away for neither', async () => {
    await fire(fails, fails, isAborted, fails);
    expect(breaker.state).toBe('open');
    jest.advanceTimersByTime(OPEN_MS);
    await fire(isAborted, isAborted, isAborted);
    expect(breaker.state).toBe('half-open');
    await fire(answers, answers);
    expect(breaker.state).toBe('closed');
  });

  it('closes after enough trials, of which it lets no more than those through at once', async () => {
    await fire(fails, fails, fails);
    expect(breaker.retryAfterSeconds).toBe(1);
    jest.advanceTimersByTime(OPEN_MS);
    expect(breaker.state).toBe('half-open');
    const [first, second] = [held(), held()];
    const trials = [breaker.fire(first.work), breaker.fire(second.work)];
    expect(await fire(answers)).toEqual(['EOPENBREAKER']);
    first.resolve('answered');
    await trials[0];
    expect(breaker.state).toBe('half-open');
    expect(await fire(answers)).toEqual(['EOPENBREAKER']);
    second.resolve('answered');
    await trials[1];
    expect(breaker.state).toBe('closed');
    await fire(fails, fails);
    expect(breaker.state).toBe('closed');
  });

  it('takes no call for a trial that began before it opened', async () => {
    const [early, other] = [held(), held()];
    const calls = [breaker.fire(early.work), breaker.fire(other.work)];
    await fire(fails, fails, fails);
    jest.advanceTimersByTime(OPEN_MS);
    early.resolve('answered');
    other.resolve('answered');
    await Promise.all(calls);
    expect(breaker.state).toBe('half-open');
    expect(await fire(answers, answers)).toEqual(['answered', 'answered']);
    expect(breaker.state).toBe('closed');
  });

  it('opens again when a trial fails, and starts the count of trials anew', async () => {
    await fire(fails, fails, fails);
    jest.advanceTimersByTime(OPEN_MS);
    expect(await fire(answers, fails)).toEqual(['answered', 'down']);
    expect(breaker.state).toBe('open');
    jest.advanceTimersByTime(OPEN_MS);
    await fire(answers);
    expect(breaker.state).toBe('half-open');
    await fire(answers);
    expect(breaker.state).toBe('closed');
  });

  it('takes a trial that was given up for a free place', async () => {
    await fire(fails, fails, fails);
    jest.advanceTimersByTime(OPEN_MS);
    const [first, second] = [held(), held()];
    const trials = [breaker.fire(first.work), breaker.fire(second.work)];
    first.resolve('aborted');
    second.resolve('aborted');
    await Promise.all(trials);
    expect(await fire(answers, answers)).toEqual(['answered', 'answered']);
    expect(breaker.state).toBe('closed');
  });
});

import { type AppError, unavailable } from '@quotefleet/service-kit';
import type { GatewayEvents } from '../events.ts';
import type { Exchange } from '../proxy/exchange.ts';
import type { Belonging } from '../proxy/sticky.ts';
import { codeOf, FaultyAnswerError, isRepeatable, isUnreachable, toClientError } from '../proxy/upstream-error.ts';
import { BULKHEADS, type BulkheadName } from '../routes/route.ts';
import { Bulkhead, type BulkheadSize } from './bulkhead.ts';
import type { Instance } from './instance.ts';
import type { InstanceSet } from './instance-set.ts';
import { isOpenForCalls, isOpenForRetries } from './pick-instance.ts';
import { RetryBudget } from './retry-budget.ts';

export type BulkheadSizes = Readonly<Record<BulkheadName, BulkheadSize>>;
type Via = 'send' | 'stream';

const RETRY_AFTER_SECONDS_MAX = 60;
const ATTEMPT_LISTENERS = 5;
/** What is left of a deadline has to be worth a retry. */
const RETRY_LEFT_MS_MIN = 50;

export interface UpstreamOptions {
  name: string;
  instances: InstanceSet;
  bulkheads: BulkheadSizes;
  events: GatewayEvents;
}

/** One service behind the gateway, at all of its instances. */
export class Upstream {
  readonly name: string;
  readonly instances: InstanceSet;
  readonly #events: GatewayEvents;
  readonly #bulkheads: Readonly<Record<BulkheadName, Bulkhead>>;
  readonly #budget = new RetryBudget();

  constructor({ name, instances, bulkheads, events }: UpstreamOptions) {
    this.name = name;
    this.instances = instances;
    this.#events = events;
    this.#bulkheads = {
      reads: new Bulkhead(bulkheads.reads),
      writes: new Bulkhead(bulkheads.writes),
      files: new Bulkhead(bulkheads.files),
    };
  }

  /** Passes a call on by the hot path. @throws AppError as the client is to see it */
  send(exchange: Exchange): Promise<void> {
    return this.#serve(exchange, 'send');
  }

  /** Passes a call on by the path for large bodies and long answers. @throws AppError as the client is to see it */
  stream(exchange: Exchange): Promise<void> {
    return this.#serve(exchange, 'stream');
  }

  /** Where the next call goes; undefined where no instance takes one. */
  pick(belonging?: Belonging): Instance | undefined {
    const own = belonging && this.instances.all.find(({ tag }) => tag === belonging.tag);
    if (own && (belonging.bound ? own.breaker.accepts : isOpenForCalls(own) && own.probe.healthy)) return own;
    return this.instances.pick(isOpenForCalls);
  }

  /** What a client is told while no instance takes calls. */
  unavailable(): AppError {
    const seconds = this.instances.members.map(({ breaker }) => breaker.retryAfterSeconds);
    return unavailable(`${this.name} is not available now, try again`, {
      retryAfterSeconds: Math.min(RETRY_AFTER_SECONDS_MAX, ...seconds),
    });
  }

  /** Calls that are under way stay, where there are more than that. */
  resize(sizes: BulkheadSizes): void {
    for (const name of BULKHEADS) this.#bulkheads[name].size = sizes[name];
  }

  async #serve(exchange: Exchange, via: Via): Promise<void> {
    // Who left while the call was being admitted is not told of by an event any more.
    if (exchange.response.closed) return;
    const { bulkhead } = exchange;
    const until = performance.now() + exchange.deadlineMs;
    const places = bulkhead && this.#bulkheads[bulkhead];
    if (places && !places.tryEnter() && !(await waitForPlace(places, exchange))) {
      if (exchange.response.closed) return;
      this.#events.bulkheadFull(this.name, bulkhead);
      throw unavailable(`${this.name} has as many ${bulkhead} under way as it takes, try again`);
    }
    const call: Call = { ...exchange, until, via, tried: [], retriesTaken: 0 };
    this.#budget.begin();
    try {
      let instance: Instance | undefined = this.#pickFirst(call);
      while (instance && !call.response.closed) instance = await this.#attempt(instance, call);
    } finally {
      this.#budget.giveBack(call.retriesTaken);
      this.#budget.end();
      places?.leave();
    }
  }

  #pickFirst({ belonging }: Call): Instance {
    const instance = this.pick(belonging);
    if (instance) return instance;
    this.#events.upstreamAnswered(this.name, 'rejected');
    throw this.unavailable();
  }

  /** Resolves with the instance to try next, where this one did not answer and the client has nothing yet. */
  async #attempt(instance: Instance, call: Call): Promise<Instance | undefined> {
    const { response, tried } = call;
    // httpxy leaves some behind with each attempt.
    if (tried.length > 0) response.setMaxListeners(response.getMaxListeners() + ATTEMPT_LISTENERS);
    tried.push(instance);
    let next: Instance | undefined;
    const dropsFaulty = () => {
      next = this.#takeRetry(call);
      return next !== undefined || call.keeper?.hasAnswer() === true;
    };
    const deadlineMs = call.until - performance.now();
    instance.outstanding += 1;
    try {
      const work = () => instance[call.via]({ ...call, deadlineMs, tag: instance.tag, dropsFaulty });
      this.#events.upstreamAnswered(this.name, await instance.breaker.fire(work));
      return undefined;
    } catch (error) {
      this.#events.upstreamAnswered(this.name, isBreakerOpen(error) ? 'rejected' : 'failed');
      if (isUnreachable(error)) instance.probe.markDown();
      if (error instanceof FaultyAnswerError) return undefined;
      if (isRepeatable(error)) next = this.#takeRetry(call);
      if (next) return next;
      throw isBreakerOpen(error) ? this.unavailable() : toClientError(this.name, error);
    } finally {
      instance.outstanding -= 1;
    }
  }

  /** Another instance for a call that may be repeated, with a place in the budget taken for it. */
  #takeRetry(call: Call): Instance | undefined {
    const { response, retries, tried, belonging } = call;
    if (tried.length > retries || belonging?.bound || response.headersSent || response.closed) return undefined;
    if (call.until - performance.now() < RETRY_LEFT_MS_MIN) return undefined;
    const next = this.instances.pickAnother((other) => isOpenForRetries(other) && !tried.includes(other));
    if (!next) return undefined;
    const taken = this.#budget.tryTake();
    this.#events.retried(this.name, taken);
    if (!taken) return undefined;
    call.retriesTaken += 1;
    return next;
  }
}

/** One call, over all of its attempts. */
interface Call extends Exchange {
  via: Via;
  /** When its deadline is, by performance.now(). */
  until: number;
  tried: Instance[];
  retriesTaken: number;
}

async function waitForPlace(places: Bulkhead, { response, deadlineMs }: Exchange): Promise<boolean> {
  const wait = new AbortController();
  const end = () => wait.abort();
  const timer = setTimeout(end, deadlineMs);
  response.once('close', end);
  try {
    return await places.enter(wait.signal);
  } finally {
    clearTimeout(timer);
    response.off('close', end);
  }
}

export function isBreakerOpen(error: unknown): boolean {
  return codeOf(error) === 'EOPENBREAKER';
}

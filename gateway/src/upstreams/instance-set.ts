import type { GatewayEvents } from '../events.ts';
import type { BreakerOptions } from './breaker.ts';
import { createInstance, type Instance } from './instance.ts';
import { pickInstance } from './pick-instance.ts';

/** How often it is looked whether an instance that was removed has finished. */
const DRAIN_LOOK_MS = 50;

export interface InstanceSetOptions {
  upstream: string;
  urls: readonly string[];
  breaker: BreakerOptions;
  /** Longest that what is open at a removed instance may go on. */
  drainMs: number;
  events: GatewayEvents;
}

/** The instances of one service; they come and go without a call being lost. */
export class InstanceSet {
  readonly #options: InstanceSetOptions;
  readonly #leaving = new Map<Instance, Promise<void>>();
  #members: readonly Instance[];
  #turn = 0;
  #closing = false;

  constructor(options: InstanceSetOptions) {
    this.#options = options;
    this.#members = options.urls.map((url) => this.#open(url, true));
  }

  get members(): readonly Instance[] {
    return this.#members;
  }

  /** With those that were removed and still finish their calls. */
  get all(): readonly Instance[] {
    return [...this.#members, ...this.#leaving.keys()];
  }

  find(url: string): Instance | undefined {
    return this.#members.find((instance) => instance.url === url);
  }

  /** The one among its members that may take a call and has the least to do. */
  pick(mayTake: (instance: Instance) => boolean): Instance | undefined {
    this.#turn += 1;
    return pickInstance(this.#members, this.#turn, mayTake);
  }

  /** Likewise for a further attempt, which takes nobody's turn. */
  pickAnother(mayTake: (instance: Instance) => boolean): Instance | undefined {
    return pickInstance(this.#members, this.#turn, mayTake);
  }

  /** Makes these the members: new ones are opened, others removed. */
  use(urls: readonly string[]): void {
    for (const { url } of this.#members) if (!urls.includes(url)) this.remove(url);
    for (const url of urls) this.add(url);
  }

  /** Adds an instance, which is preferred as soon as it is ready; one that is draining takes calls again. */
  add(url: string): void {
    const known = this.find(url);
    if (known) known.draining = false;
    else this.#members = [...this.#members, this.#open(url, false)];
  }

  /** Takes an instance out: it gets no more calls and is closed once its last is over. False where there is none. */
  remove(url: string): boolean {
    const instance = this.find(url);
    if (!instance) return false;
    this.#members = this.#members.filter((other) => other !== instance);
    instance.draining = true;
    this.#leaving.set(instance, this.#closeWhenDone(instance));
    return true;
  }

  /** Takes all out; resolves when they are closed. */
  async retire(): Promise<void> {
    this.use([]);
    await Promise.all(this.#leaving.values());
  }

  /** Cuts what is open. */
  close(): Promise<void> {
    this.#closing = true;
    return this.retire();
  }

  #open(url: string, healthy: boolean): Instance {
    const { upstream, breaker, events } = this.#options;
    return createInstance({ upstream, url, breaker, events, healthy });
  }

  async #closeWhenDone(instance: Instance): Promise<void> {
    const until = performance.now() + this.#options.drainMs;
    while (instance.outstanding + instance.sockets > 0 && performance.now() < until && !this.#closing)
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK_MS));
    await instance.close();
    this.#leaving.delete(instance);
    this.#options.events.instanceClosed({ upstream: instance.upstream, instance: instance.address });
  }
}

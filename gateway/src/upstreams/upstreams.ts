import type { GatewayEvents } from '../events.ts';
import type { BreakerOptions } from './breaker.ts';
import { InstanceSet } from './instance-set.ts';
import { type BulkheadSizes, Upstream } from './upstream.ts';

/** The URLs of the instances of each service. */
export type InstanceUrls = Readonly<Record<string, readonly string[]>>;

export interface UpstreamsOptions {
  /** As the environment has them; a file's are in place of them. */
  urls: InstanceUrls;
  breaker: BreakerOptions;
  bulkheads: BulkheadSizes;
  drainMs: number;
  events: GatewayEvents;
}

/** Every service behind the gateway, by name. */
export class Upstreams {
  readonly #options: UpstreamsOptions;
  readonly #byName = new Map<string, Upstream>();
  readonly #retiring = new Set<Upstream>();
  #declared: InstanceUrls = {};
  #sizes: BulkheadSizes;

  constructor(options: UpstreamsOptions) {
    this.#options = options;
    this.#sizes = options.bulkheads;
    this.declare({});
  }

  get all(): readonly Upstream[] {
    return [...this.#byName.values()];
  }

  find(name: string): Upstream | undefined {
    return this.#byName.get(name);
  }

  /** @throws Error where there is no such service: the file's schema lets no such name through */
  get(name: string): Upstream {
    const upstream = this.#byName.get(name);
    if (!upstream) throw new Error(`there is no upstream ${name}`);
    return upstream;
  }

  /**
   * Takes on what the gateway's file says. A service whose list has not changed stays as it is, with what an operator
   * did to it in the meantime.
   */
  declare(file: InstanceUrls): void {
    const declared = { ...this.#options.urls, ...file };
    for (const [name, urls] of Object.entries(declared)) {
      const known = this.#byName.get(name);
      if (!known) this.#byName.set(name, this.#open(name, urls));
      else if (this.#declared[name]?.join() !== urls.join()) known.instances.use(urls);
    }
    for (const [name, upstream] of this.#byName) {
      if (name in declared) continue;
      this.#byName.delete(name);
      this.#retiring.add(upstream);
      void upstream.instances.retire().then(() => this.#retiring.delete(upstream));
    }
    this.#declared = declared;
  }

  /** The hosts that the environment and the gateway's file name, of whatever service. */
  get declaredHosts(): ReadonlySet<string> {
    return new Set(Object.values(this.#declared).flatMap((urls) => urls.map((url) => new URL(url).hostname)));
  }

  /** Takes on what the gateway's file says of bulkheads. */
  resize(file: Partial<BulkheadSizes>): void {
    this.#sizes = { ...this.#options.bulkheads, ...file };
    for (const upstream of this.all) upstream.resize(this.#sizes);
  }

  /** Cuts what is open. */
  async close(): Promise<void> {
    await Promise.all([...this.#byName.values(), ...this.#retiring].map(({ instances }) => instances.close()));
  }

  #open(name: string, urls: readonly string[]): Upstream {
    const { breaker, drainMs, events } = this.#options;
    const instances = new InstanceSet({ upstream: name, urls, breaker, drainMs, events });
    return new Upstream({ name, instances, bulkheads: this.#sizes, events });
  }
}

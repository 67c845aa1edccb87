import { AUDIT_IPS_MAX, type AuditPayload } from '@quotefleet/contracts';

/** Who and what repeats is told apart up to so many; beyond, only actions and reasons are. */
const KINDS_MAX = 1000;

interface Repeated {
  entry: AuditPayload;
  /** Since it was last told of. */
  count: number;
}

type Publish = (entry: AuditPayload, traceId?: string) => void;

/**
 * Tells of a call at once and of its repetitions by a count at the end of each window, so that a flood of calls is not a
 * flood of events. Two calls are repetitions where actor, client, address, target and action agree, and outcome and
 * status.
 */
export class RepeatedCalls {
  readonly #publish: Publish;
  readonly #kinds = new Map<string, Repeated>();

  constructor(publish: Publish) {
    this.#publish = publish;
  }

  add(entry: AuditPayload, status: number, traceId?: string): void {
    const { actor, client = '', action, target, outcome, ip = '' } = entry;
    const known = this.#kinds.get(`${actor} ${client} ${ip} ${action} ${target} ${outcome} ${status}`);
    if (known) {
      known.count += 1;
    } else if (this.#kinds.size < KINDS_MAX) {
      this.#kinds.set(`${actor} ${client} ${ip} ${action} ${target} ${outcome} ${status}`, { entry, count: 0 });
      this.#publish(entry, traceId);
    } else {
      this.#addToRest(entry, status);
    }
  }

  /** The end of a window. What was not repeated in it is new when it comes again. */
  flush(): void {
    for (const [key, { entry, count }] of this.#kinds) {
      if (count === 0) {
        this.#kinds.delete(key);
        continue;
      }
      this.#publish({ ...entry, count });
      this.#kinds.set(key, { entry: { ...entry, ...(entry.ips ? { ips: [] } : {}) }, count: 0 });
    }
  }

  #addToRest({ action, outcome, ip }: AuditPayload, status: number): void {
    const key = `rest ${action} ${outcome} ${status}`;
    const reason = `more than ${KINDS_MAX} kinds of calls at a time, answered ${status}`;
    const rest = this.#kinds.get(key) ?? {
      entry: { actor: 'various', action, target: 'various', outcome, reason, ips: [] },
      count: 0,
    };
    rest.count += 1;
    const { ips = [] } = rest.entry;
    if (ip !== undefined && ips.length < AUDIT_IPS_MAX && !ips.includes(ip)) ips.push(ip);
    this.#kinds.set(key, rest);
  }
}

import { AUDIT_IPS_MAX, type AuditPayload, type Identity } from '@quotefleet/contracts';

/** Keys that are told apart between two flushes; more of them make the flush come early. */
const KEYS_MAX = 10_000;

interface Use {
  actor: string;
  count: number;
  ips: Set<string>;
}

/** Counts the use of API keys and OAuth clients, and from where. */
export class KeyUse {
  readonly #publish: (entry: AuditPayload) => void;
  readonly #uses = new Map<string, Use>();

  constructor(publish: (entry: AuditPayload) => void) {
    this.#publish = publish;
  }

  add({ client, subject }: Identity, ip: string): void {
    const use = this.#uses.get(client);
    if (use) {
      use.count += 1;
      if (use.ips.size < AUDIT_IPS_MAX) use.ips.add(ip);
      return;
    }
    if (this.#uses.size >= KEYS_MAX) this.flush();
    this.#uses.set(client, { actor: subject, count: 1, ips: new Set([ip]) });
  }

  flush(): void {
    for (const [client, { actor, count, ips }] of this.#uses) {
      const target = `key:${client}`;
      this.#publish({ actor, client, action: 'key.use', target, outcome: 'allowed', count, ips: [...ips] });
    }
    this.#uses.clear();
  }
}

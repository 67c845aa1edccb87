import { AppError, toNetwork } from '@quotefleet/service-kit';
import { type Elsewhere, NO_OTHER_NODES } from './elsewhere.ts';
import { Tally } from './tally.ts';
import { TokenBucket } from './token-bucket.ts';

export interface AdmissionLimits {
  /** Connections that this node holds. */
  connections: number;
  /** Of one client's address, or IPv6 network, at all nodes together. */
  perAddress: number;
  /** Of one user, or OAuth client, at all nodes together. */
  perUser: number;
  /** New connections that this node takes in a second. */
  admissionsPerSecond: number;
}

/** Nobody is told to stay away longer while too many come at once. */
const SPREAD_MAX_MS = 30_000;
/** When to look again for a place that somebody else has to leave first. */
const NO_PLACE_MS = 5000;

/** A connection that is not let in for now; the client is told when to come back. */
export class AdmissionError extends AppError {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super('RATE_LIMITED', message, { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) });
    this.name = 'AdmissionError';
    this.retryAfterMs = retryAfterMs;
  }
}

/** Who may have another connection to this node. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #isOfFleet: (address: string) => boolean;
  readonly #arrivals: TokenBucket;
  readonly #elsewhere: Elsewhere;
  readonly #addresses = new Tally((network, count) => this.#elsewhere.tell(addressKey(network), count));
  readonly #users = new Tally((subject, count) => this.#elsewhere.tell(userKey(subject), count));
  #connections = 0;

  /** @param isOfFleet whether an address is the fleet's own: all clients of a proxy that names none would share its limit */
  constructor(limits: AdmissionLimits, isOfFleet: (address: string) => boolean, elsewhere = NO_OTHER_NODES) {
    this.#limits = limits;
    this.#isOfFleet = isOfFleet;
    this.#elsewhere = elsewhere;
    this.#arrivals = new TokenBucket(limits.admissionsPerSecond, { spreadMaxMs: SPREAD_MAX_MS });
  }

  get users(): number {
    return this.#users.size;
  }

  /** @throws AdmissionError where there is no place for a connection from an address */
  async checkArrival(address: string): Promise<void> {
    const { connections, perAddress, admissionsPerSecond } = this.#limits;
    if (this.#connections >= connections)
      throw new AdmissionError(
        `this node holds all of the ${connections} connections that it may`,
        spread(NO_PLACE_MS),
      );
    if (!this.#isOfFleet(address) && (await this.#isAddressFull(toNetwork(address))))
      throw new AdmissionError(`more than ${perAddress} connections from ${address}`, spread(NO_PLACE_MS));
    const waitMs = this.#arrivals.take();
    if (waitMs > 0)
      throw new AdmissionError(`more than ${admissionsPerSecond} connections a second at this node`, waitMs);
  }

  /** Counts a connection from an address. @returns what takes it off again */
  noteArrival(address: string): () => void {
    this.#connections += 1;
    const leave = this.#addresses.add(toNetwork(address));
    return () => {
      this.#connections -= 1;
      leave();
    };
  }

  /**
   * Counts a connection of a user.
   * @returns what takes it off again
   * @throws AdmissionError where a user has all connections that one may have
   */
  async noteUser(subject: string): Promise<() => void> {
    const { perUser } = this.#limits;
    // Before the others are asked, so that of two nodes that are, one at least sees the other's.
    const leave = this.#users.add(subject);
    const here = this.#users.of(subject);
    if (here <= perUser && here + (await this.#elsewhere.count(userKey(subject))) <= perUser) return leave;
    leave();
    throw new AdmissionError(`more than ${perUser} connections of one user`, spread(NO_PLACE_MS));
  }

  async #isAddressFull(network: string): Promise<boolean> {
    const { perAddress } = this.#limits;
    if (this.#addresses.of(network) >= perAddress) return true;
    const others = await this.#elsewhere.count(addressKey(network));
    return this.#addresses.of(network) + others >= perAddress;
  }
}

function addressKey(network: string): string {
  return `address ${network}`;
}

function userKey(subject: string): string {
  return `user ${subject}`;
}

function spread(ms: number): number {
  return Math.round(ms * (1 + Math.random()));
}

import { unavailable } from '@quotefleet/service-kit';
import bcrypt from 'bcrypt';

/** bcrypt reads no further: what is longer can be no stored password. */
const PASSWORD_BYTES_MAX = 72;
/** Hashes that may wait for the four threads of the pool: at a cost of 12 some 8 s of work. */
const IN_HAND_MAX = 128;
const HASH_CHARACTERS = 31;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes the same time whether or not there is a hash to compare with. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether the hash was made with less work than one would be now. */
  isOutdated(hash: string): boolean;
}

/** @throws AppError UNAVAILABLE when too many hashes are being worked out already */
export function createPasswordHasher(cost: number): PasswordHasher {
  const decoy = bcrypt.genSaltSync(cost) + '.'.repeat(HASH_CHARACTERS);
  let inHand = 0;

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (inHand >= IN_HAND_MAX) throw unavailable('too many people sign in at this moment');
    inHand += 1;
    try {
      return await work();
    } finally {
      inHand -= 1;
    }
  }

  return {
    hash: (password) => limited(() => bcrypt.hash(password, cost)),
    async verify(password, hash) {
      const comparable = hash !== undefined && Buffer.byteLength(password) <= PASSWORD_BYTES_MAX;
      const matches = await limited(() => bcrypt.compare(password, comparable ? hash : decoy));
      return matches && comparable;
    },
    isOutdated: (hash) => bcrypt.getRounds(hash) < cost,
  };
}

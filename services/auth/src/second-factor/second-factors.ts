import { randomBytes } from 'node:crypto';
import { AppError } from '@quotefleet/service-kit';
import { Secret, TOTP } from 'otpauth';
import { hashSecret } from '../secret-hash.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { requireSealing, type Sealing } from '../users/sealing.ts';
import type { SecondFactorStore } from './second-factor-store.ts';

const FIELD = 'second_factors.seed';
const ISSUER = 'Quotefleet';
const PERIOD_SECONDS = 30;
/** RFC 4226 section 4 asks for 160 bits. */
const SEED_BYTES = 20;
/** Codes of the step before and after are taken too: clocks differ. */
const WINDOW_STEPS = 1;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

interface SecondFactorsDependencies {
  store: SecondFactorStore;
  throttle: Pick<Throttle, 'attempt'>;
  sealing: Sealing | undefined;
  now?: (() => Date) | undefined;
}

export interface SecondFactors {
  isOn(userId: string): Promise<boolean>;
  /** @throws AppError CONFLICT where one is on, UNAVAILABLE without a master key */
  enrol(user: { id: string; username: string }): Promise<{ secret: string; uri: string }>;
  /** @throws AppError TOTP_INVALID, NOT_FOUND where nothing is enrolled, CONFLICT where it is confirmed already */
  confirm(userId: string, code: string): Promise<string[]>;
  /**
   * Nothing where no second factor is on.
   * @throws AppError TOTP_REQUIRED, TOTP_INVALID also for a code used before, RATE_LIMITED after too many wrong ones
   */
  check(userId: string, code: string | undefined): Promise<void>;
  remove(userId: string): Promise<void>;
}

/** Codes by time (RFC 6238), each good for one sign-in, and recovery codes. */
export function createSecondFactors(dependencies: SecondFactorsDependencies): SecondFactors {
  const { store, throttle, sealing, now = () => new Date() } = dependencies;

  async function takeCode(userId: string, seedSealed: string, code: string): Promise<boolean> {
    const seed = requireSealing(sealing).cipher.open(FIELD, seedSealed, userId);
    const timestamp = now().getTime();
    const delta = totpOf(seed).validate({ token: code, timestamp, window: WINDOW_STEPS });
    if (delta === null) return false;
    return store.useStep(userId, Math.floor(timestamp / 1000 / PERIOD_SECONDS) + delta);
  }

  return {
    isOn: async (userId) => (await store.find(userId))?.confirmed ?? false,

    async enrol({ id, username }) {
      const { cipher } = requireSealing(sealing);
      const seed = new Secret({ size: SEED_BYTES }).base32;
      if (!(await store.enrol(id, cipher.seal(FIELD, seed, id))))
        throw new AppError('CONFLICT', 'a second factor is on, turn it off first');
      return { secret: seed, uri: totpOf(seed, username).toString() };
    },

    async confirm(userId, code) {
      const factor = await store.find(userId);
      if (!factor) throw new AppError('NOT_FOUND', 'no second factor is enrolled');
      if (factor.confirmed) throw new AppError('CONFLICT', 'the second factor is on already');
      if (!(await takeCode(userId, factor.seedSealed, code))) throw wrongCode();
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await store.confirm(userId, codes.map(hashRecoveryCode), now());
      return codes;
    },

    async check(userId, code) {
      const factor = await store.find(userId);
      if (!factor?.confirmed) return;
      if (code === undefined) throw refusal('TOTP_REQUIRED', 'this account asks for a second factor');
      const succeeded = await throttle.attempt('second-factor', userId);
      const taken = /^\d{6}$/.test(code)
        ? await takeCode(userId, factor.seedSealed, code)
        : await store.useRecoveryCode(userId, hashRecoveryCode(code));
      if (!taken) throw wrongCode();
      await succeeded();
    },

    remove: store.remove,
  };
}

function totpOf(seed: string, label = ''): TOTP {
  return new TOTP({ issuer: ISSUER, label, secret: Secret.fromBase32(seed), period: PERIOD_SECONDS });
}

/** Four groups of four letters and digits: 80 bits, so that a plain hash cannot be reversed. */
function newRecoveryCode(): string {
  const text = new Secret({ buffer: Uint8Array.from(randomBytes(RECOVERY_BYTES)).buffer }).base32.toLowerCase();
  return text.match(/.{4}/g)?.join('-') ?? text;
}

function hashRecoveryCode(code: string): string {
  return hashSecret(code.toLowerCase().replaceAll(/[^a-z2-7]/g, ''));
}

function wrongCode(): AppError {
  return refusal('TOTP_INVALID', 'the code is wrong, or was used before');
}

function refusal(code: 'TOTP_REQUIRED' | 'TOTP_INVALID', message: string): AppError {
  return new AppError(code, message, { errors: [{ field: 'totp', message }] });
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { ACCESS_TOKEN_TYPE, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@quotefleet/service-kit';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { createFakeAudit } from '../audit/fake-audit.ts';
import { createSilentEvents } from '../events.ts';
import { createFakeSecondFactorStore } from '../second-factor/fake-second-factor-store.ts';
import { createSecondFactors } from '../second-factor/second-factors.ts';
import { createAccessTokens } from '../signing-keys/access-tokens.ts';
import { createFakeSigningKeyStore } from '../signing-keys/fake-signing-key-store.ts';
import { openSigningKeys, type SigningKeys } from '../signing-keys/signing-keys.ts';
import { createFakeAttemptStore } from '../throttle/fake-attempt-store.ts';
import { createThrottle } from '../throttle/throttle.ts';
import { createFakeUserStore } from '../users/fake-user-store.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { someUser } from '../users/user-store-contract.ts';
import { createFakeSessionStore } from './fake-session-store.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';

const DAY_MS = 24 * 3600 * 1000;
const alice = someUser({ username: 'alice', role: 'service', passwordHash: 'hash of secret' });
const disabled = someUser({ username: 'disabled', passwordHash: 'hash of secret', disabledAt: new Date() });
/** Hashes nothing, so that these tests are fast; counts how often it was asked. */
function fakePasswords(): PasswordHasher & { verified: (string | undefined)[] } {
  const verified: (string | undefined)[] = [];
  return {
    verified,
    hash: async (password) => `hash of ${password}`,
    async verify(password, hash) {
      verified.push(hash);
      return hash === `hash of ${password}`;
    },
    isOutdated: () => false,
  };
}

describe('sessions', () => {
  let now: Date;
  let sessions: Sessions;
  let signingKeys: SigningKeys;
  let passwords: ReturnType<typeof fakePasswords>;
  let audit: ReturnType<typeof createFakeAudit>;
  beforeEach(async () => {
    now = new Date();
    passwords = fakePasswords();
    audit = createFakeAudit();
    const events = createSilentEvents();
    signingKeys = await openSigningKeys({ store: createFakeSigningKeyStore(), events, days: 30, leadMs: 1000 });
    const users = createFakeUserStore();
    for (const user of [alice, disabled, someUser({ username: 'without password' })]) await users.insert(user);
    const throttle = createThrottle(createFakeAttemptStore(), 5);
    const secondFactors = createSecondFactors({ store: createFakeSecondFactorStore(), throttle, sealing: undefined });
    sessions = createSessions({
      users,
      store: createFakeSessionStore(),
      signIn: createSignIn({ users, passwords, secondFactors, throttle, audit, events }),
      accessTokens: createAccessTokens(signingKeys),
      scopesOf: () => ['read', 'write'],
      audit,
      events,
      now: () => now,
    });
  });
  const login = (username = 'alice', password = 'secret') => sessions.login({ username, password });

  it('issue a token that says who, by what right, from whom and for how long', async () => {
    const { accessToken, tokenType, expiresInSeconds } = await login();
    const { kid, publicJwk } = await signingKeys.current();
    expect(tokenType).toBe('Bearer');
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'EdDSA', typ: ACCESS_TOKEN_TYPE, kid });
    const key = await importJWK(publicJwk, 'EdDSA');
    const { payload } = await jwtVerify(accessToken, key, { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE });
    expect(payload).toMatchObject({ sub: alice.id, role: 'service', scopes: ['read', 'write'] });
    expect(payload).toHaveProperty('sid');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeCloseTo(expiresInSeconds, -0.5);
  });

  it('do the same work for an unknown user, one without password, a disabled one and a wrong password', async () => {
    const refusals = [login('nobody'), login('without password'), login('disabled'), login('alice', 'wrong')];
    const reasons = (await Promise.allSettled(refusals)).map((outcome) => 'reason' in outcome && outcome.reason);
    expect(new Set(reasons.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(passwords.verified).toHaveLength(4);
    expect(audit.entries.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
      Array(4).fill('auth.login refused'),
    );
    expect(JSON.stringify(audit.entries)).not.toContain('nobody');
  });

  it('last thirty days, however often they are refreshed', async () => {
    let { refreshToken } = await login();
    for (let day = 1; day < 30; day++) {
      now = new Date(now.getTime() + DAY_MS);
      ({ refreshToken } = await sessions.refresh({ refreshToken }));
    }
    now = new Date(now.getTime() + DAY_MS);
    await expect(sessions.refresh({ refreshToken })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

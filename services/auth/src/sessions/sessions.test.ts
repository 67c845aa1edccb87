import { beforeEach, describe, expect, it } from '@jest/globals';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@quotefleet/service-kit';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { createSilentEvents } from '../events.ts';
import { createAccessTokens } from '../signing-keys/access-tokens.ts';
import { createFakeSigningKeyStore } from '../signing-keys/fake-signing-key-store.ts';
import { loadSigningKey } from '../signing-keys/load-signing-key.ts';
import type { SigningKey } from '../signing-keys/signing-key-store.ts';
import { createFakeUserStore } from '../users/fake-user-store.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { someUser } from '../users/user-store-contract.ts';
import { createFakeRefreshTokenStore } from './fake-refresh-token-store.ts';
import { createSessions, type Sessions } from './sessions.ts';

const DAY_MS = 24 * 3600 * 1000;
const alice = someUser({ username: 'alice', role: 'service', passwordHash: 'hash of secret' });
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
  };
}

describe('sessions', () => {
  let now: Date;
  let sessions: Sessions;
  let signingKey: SigningKey;
  let passwords: ReturnType<typeof fakePasswords>;
  beforeEach(async () => {
    now = new Date();
    passwords = fakePasswords();
    signingKey = await loadSigningKey(createFakeSigningKeyStore());
    const users = createFakeUserStore();
    await users.insert(alice);
    await users.insert(someUser({ username: 'without password' }));
    sessions = createSessions({
      users,
      passwords,
      refreshTokens: createFakeRefreshTokenStore(),
      accessTokens: await createAccessTokens(signingKey, () => ['read', 'write']),
      events: createSilentEvents(),
      now: () => now,
    });
  });
  const login = (username = 'alice', password = 'secret') => sessions.login({ username, password });

  it('issue a token that says who, by what right, from whom and for how long', async () => {
    const { accessToken, tokenType, expiresInSeconds } = await login();
    expect(tokenType).toBe('Bearer');
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: signingKey.kid });
    const key = await importJWK(signingKey.publicJwk, 'EdDSA');
    const { payload } = await jwtVerify(accessToken, key, { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE });
    expect(payload).toMatchObject({ sub: alice.id, role: 'service', scopes: ['read', 'write'] });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(expiresInSeconds);
  });

  it('do the same work for an unknown user, a user without password and a wrong password', async () => {
    const refusals = [login('nobody'), login('without password'), login('alice', 'wrong')];
    const reasons = (await Promise.allSettled(refusals)).map((outcome) => 'reason' in outcome && outcome.reason);
    expect(new Set(reasons.map(({ code, message }) => `${code} ${message}`)).size).toBe(1);
    expect(passwords.verified).toEqual([undefined, undefined, alice.passwordHash]);
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

import { describe } from '@jest/globals';
import { testApiKeyStore } from '../api-keys/api-key-store-contract.ts';
import { createFakeApiKeyStore } from '../api-keys/fake-api-key-store.ts';
import { createFakeOAuthClientStore } from '../oauth/fake-oauth-client-store.ts';
import { testOAuthClientStore } from '../oauth/oauth-client-store-contract.ts';
import { createFakeOneTimeTokenStore } from '../one-time-tokens/fake-one-time-token-store.ts';
import { testOneTimeTokenStore } from '../one-time-tokens/one-time-token-store-contract.ts';
import type { Revocation } from '../revocations/announce-revocation.ts';
import { createFakeSecondFactorStore } from '../second-factor/fake-second-factor-store.ts';
import { testSecondFactorStore } from '../second-factor/second-factor-store-contract.ts';
import { createFakeSessionStore } from '../sessions/fake-session-store.ts';
import { testSessionStore } from '../sessions/session-store-contract.ts';
import { createFakeSigningKeyStore } from '../signing-keys/fake-signing-key-store.ts';
import { testSigningKeyStore } from '../signing-keys/signing-key-store-contract.ts';
import { testAttemptStore } from '../throttle/attempt-store-contract.ts';
import { createFakeAttemptStore } from '../throttle/fake-attempt-store.ts';
import { createFakeUserStore } from '../users/fake-user-store.ts';
import { someUser, testUserStore } from '../users/user-store-contract.ts';

describe('the stores in memory', () => {
  const told: Revocation[] = [];
  const announced = async () => told;
  const sessions = createFakeSessionStore(told);
  const users = createFakeUserStore(sessions, told);
  const clients = createFakeOAuthClientStore(told);
  const apiKeys = createFakeApiKeyStore(users);
  const signingKeys = createFakeSigningKeyStore();
  const secondFactors = createFakeSecondFactorStore();
  const attempts = createFakeAttemptStore();
  const tokens = createFakeOneTimeTokenStore();
  async function addUser(): Promise<string> {
    const user = someUser();
    await users.insert(user);
    return user.id;
  }

  describe('of users', () => testUserStore(() => ({ store: users, announced })));
  describe('of sessions', () => testSessionStore(() => ({ store: sessions, addUser, announced })));
  describe('of OAuth clients', () => testOAuthClientStore(() => ({ store: clients, announced })));
  describe('of API keys', () =>
    testApiKeyStore(() => ({ store: apiKeys, addUser, announced: async () => apiKeys.announced })));
  describe('of signing keys', () => testSigningKeyStore(() => signingKeys));
  describe('of second factors', () => testSecondFactorStore(() => secondFactors, addUser));
  describe('of attempts', () => testAttemptStore(() => attempts));
  describe('of one-time tokens', () => testOneTimeTokenStore(() => tokens, addUser));
});

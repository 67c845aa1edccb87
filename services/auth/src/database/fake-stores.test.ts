import { describe } from '@jest/globals';
import { testApiKeyStore } from '../api-keys/api-key-store-contract.ts';
import { createFakeApiKeyStore } from '../api-keys/fake-api-key-store.ts';
import { createFakeRefreshTokenStore } from '../sessions/fake-refresh-token-store.ts';
import { testRefreshTokenStore } from '../sessions/refresh-token-store-contract.ts';
import { createFakeSigningKeyStore } from '../signing-keys/fake-signing-key-store.ts';
import { testSigningKeyStore } from '../signing-keys/signing-key-store-contract.ts';
import { createFakeUserStore } from '../users/fake-user-store.ts';
import { someUser, testUserStore } from '../users/user-store-contract.ts';

describe('the stores in memory', () => {
  const users = createFakeUserStore();
  const refreshTokens = createFakeRefreshTokenStore();
  const apiKeys = createFakeApiKeyStore(users);
  const signingKeys = createFakeSigningKeyStore();
  async function addUser(): Promise<string> {
    const user = someUser();
    await users.insert(user);
    return user.id;
  }

  describe('of users', () => testUserStore(() => users));
  describe('of refresh tokens', () => testRefreshTokenStore(() => refreshTokens, addUser));
  describe('of API keys', () =>
    testApiKeyStore(() => ({ store: apiKeys, addUser, announced: async () => apiKeys.announced })));
  describe('of signing keys', () => testSigningKeyStore(() => signingKeys));
});

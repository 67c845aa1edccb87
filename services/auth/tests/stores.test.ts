import { afterAll, beforeAll, describe } from '@jest/globals';
import { createFieldCipher, generateMasterKey, parseKeyRing } from '@quotefleet/secrets';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { testApiKeyStore } from '../src/api-keys/api-key-store-contract.ts';
import { createTypeormApiKeyStore } from '../src/api-keys/typeorm-api-key-store.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { testOAuthClientStore } from '../src/oauth/oauth-client-store-contract.ts';
import { createTypeormOAuthClientStore } from '../src/oauth/typeorm-oauth-client-store.ts';
import { createDatabaseOneTimeTokenStore } from '../src/one-time-tokens/database-one-time-token-store.ts';
import { testOneTimeTokenStore } from '../src/one-time-tokens/one-time-token-store-contract.ts';
import type { Revocation } from '../src/revocations/announce-revocation.ts';
import { createDatabaseSecondFactorStore } from '../src/second-factor/database-second-factor-store.ts';
import { testSecondFactorStore } from '../src/second-factor/second-factor-store-contract.ts';
import { testSessionStore } from '../src/sessions/session-store-contract.ts';
import { createTypeormSessionStore } from '../src/sessions/typeorm-session-store.ts';
import { testSigningKeyStore } from '../src/signing-keys/signing-key-store-contract.ts';
import { createTypeormSigningKeyStore } from '../src/signing-keys/typeorm-signing-key-store.ts';
import { testAttemptStore } from '../src/throttle/attempt-store-contract.ts';
import { createDatabaseAttemptStore } from '../src/throttle/database-attempt-store.ts';
import { createTypeormUserStore } from '../src/users/typeorm-user-store.ts';
import { someUser, testUserStore } from '../src/users/user-store-contract.ts';

describeWith('postgres', 'the stores in PostgreSQL', (servers) => {
  const database = isolatedDatabase(servers);
  const cipher = createFieldCipher(parseKeyRing(generateMasterKey()));
  let dataSource: DataSource;
  beforeAll(async () => {
    dataSource = await openDatabase(database.url);
  });
  afterAll(() => dataSource.destroy());

  async function addUser(): Promise<string> {
    const user = someUser();
    await createTypeormUserStore(dataSource).insert(user);
    return user.id;
  }
  const announced = async (): Promise<Pick<Revocation, 'kind' | 'id'>[]> =>
    dataSource.query(`SELECT payload -> 'payload' ->> 'kind' AS kind, key AS id FROM outbox.events`);
  const announcedIds = async () => (await announced()).map(({ id }) => id);

  describe('of users', () => testUserStore(() => ({ store: createTypeormUserStore(dataSource), announced })));
  describe('of sessions', () =>
    testSessionStore(() => ({ store: createTypeormSessionStore(dataSource), addUser, announced })));
  describe('of OAuth clients', () =>
    testOAuthClientStore(() => ({ store: createTypeormOAuthClientStore(dataSource), announced })));
  describe('of API keys', () =>
    testApiKeyStore(() => ({ store: createTypeormApiKeyStore(dataSource), addUser, announced: announcedIds })));
  describe('of signing keys', () => testSigningKeyStore(() => createTypeormSigningKeyStore(dataSource, cipher)));
  describe('of second factors', () =>
    testSecondFactorStore(() => createDatabaseSecondFactorStore(dataSource), addUser));
  describe('of attempts', () => testAttemptStore(() => createDatabaseAttemptStore(dataSource)));
  describe('of one-time tokens', () =>
    testOneTimeTokenStore(() => createDatabaseOneTimeTokenStore(dataSource), addUser));
});

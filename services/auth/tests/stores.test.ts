import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeWith, isolatedDatabase } from '@quotefleet/testing';
import type { DataSource } from 'typeorm';
import { testApiKeyStore } from '../src/api-keys/api-key-store-contract.ts';
import { createTypeormApiKeyStore } from '../src/api-keys/typeorm-api-key-store.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { testRefreshTokenStore } from '../src/sessions/refresh-token-store-contract.ts';
import { createTypeormRefreshTokenStore } from '../src/sessions/typeorm-refresh-token-store.ts';
import { testSigningKeyStore } from '../src/signing-keys/signing-key-store-contract.ts';
import { createTypeormSigningKeyStore } from '../src/signing-keys/typeorm-signing-key-store.ts';
import { createTypeormUserStore } from '../src/users/typeorm-user-store.ts';
import { someUser, testUserStore } from '../src/users/user-store-contract.ts';

describeWith('postgres', 'the stores in PostgreSQL', (servers) => {
  const database = isolatedDatabase(servers);
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
  async function announced(): Promise<string[]> {
    const rows: { key: string }[] = await dataSource.query('SELECT key FROM outbox.events');
    return rows.map(({ key }) => key);
  }

  describe('of users', () => testUserStore(() => createTypeormUserStore(dataSource)));
  describe('of refresh tokens', () => testRefreshTokenStore(() => createTypeormRefreshTokenStore(dataSource), addUser));
  describe('of API keys', () =>
    testApiKeyStore(() => ({ store: createTypeormApiKeyStore(dataSource), addUser, announced })));
  describe('of signing keys', () => testSigningKeyStore(() => createTypeormSigningKeyStore(dataSource)));
});

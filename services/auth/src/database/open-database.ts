import { createDataSource, initialize, prepareOutbox } from '@quotefleet/relational';
import type { DataSource } from 'typeorm';
import { apiKeyEntity } from '../api-keys/api-key-entity.ts';
import { CreateAuditTables1764100000000 } from '../audit/create-audit-tables.ts';
import { oauthClientEntity, oauthSecretEntity } from '../oauth/oauth-client-entity.ts';
import { CreatePolicyTables1764200000000 } from '../policy/create-policy-tables.ts';
import { refreshTokenEntity, sessionEntity } from '../sessions/session-entity.ts';
import { signingKeyEntity } from '../signing-keys/signing-key-entity.ts';
import { userEntity } from '../users/user-entity.ts';
import { AddPhone1764400000000 } from './add-phone.ts';
import { CreateAuthTables1763683200000 } from './create-auth-tables.ts';
import { CreateSignInTables1764300000000 } from './create-sign-in-tables.ts';
import { allowOneTransaction } from './one-transaction.ts';

/** Connects to auth's own schema, with its tables and the outbox there. */
export async function openDatabase(url: string): Promise<DataSource> {
  const dataSource = createDataSource({
    url,
    schema: 'auth',
    entities: [
      userEntity,
      apiKeyEntity,
      sessionEntity,
      refreshTokenEntity,
      signingKeyEntity,
      oauthClientEntity,
      oauthSecretEntity,
    ],
    migrations: [
      CreateAuthTables1763683200000,
      CreateAuditTables1764100000000,
      CreatePolicyTables1764200000000,
      CreateSignInTables1764300000000,
      AddPhone1764400000000,
    ],
  });
  await initialize(dataSource);
  await prepareOutbox(dataSource);
  allowOneTransaction(dataSource);
  return dataSource;
}

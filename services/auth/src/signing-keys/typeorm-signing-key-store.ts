import type { FieldCipher } from '@quotefleet/secrets';
import type { DataSource } from 'typeorm';
import { rowToSigningKey, signingKeyEntity, signingKeyToRow } from './signing-key-entity.ts';
import type { SigningKeyStore } from './signing-key-store.ts';

/** A SigningKeyStore in PostgreSQL; with a cipher, private keys are sealed. */
export function createTypeormSigningKeyStore(dataSource: DataSource, cipher?: FieldCipher): SigningKeyStore {
  const repository = dataSource.getRepository(signingKeyEntity);
  return {
    async append(candidate, follows = '') {
      await repository
        .createQueryBuilder()
        .insert()
        .values(signingKeyToRow(candidate, follows, cipher))
        .orIgnore()
        .execute();
      return rowToSigningKey(await repository.findOneByOrFail({ follows }), cipher);
    },
    async list() {
      const rows = await repository.find({ order: { signsFrom: 'DESC' } });
      return rows.map((row) => rowToSigningKey(row, cipher));
    },
    async remove(kid) {
      await repository.delete({ kid });
    },
  };
}

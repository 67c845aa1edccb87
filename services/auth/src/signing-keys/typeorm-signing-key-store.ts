import type { DataSource } from 'typeorm';
import { signingKeyEntity } from './signing-key-entity.ts';
import type { SigningKeyStore } from './signing-key-store.ts';

/** A SigningKeyStore in PostgreSQL. */
export function createTypeormSigningKeyStore(dataSource: DataSource): SigningKeyStore {
  const repository = dataSource.getRepository(signingKeyEntity);
  return {
    async adopt(candidate) {
      await repository
        .createQueryBuilder()
        .insert()
        .values({ ...candidate, active: true })
        .orIgnore()
        .execute();
      return repository.findOneByOrFail({ active: true });
    },
    findActive: async () => (await repository.findOneBy({ active: true })) ?? undefined,
    list: () => repository.find({ order: { createdAt: 'DESC' } }),
  };
}

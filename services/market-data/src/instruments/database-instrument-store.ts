import { createEvent, type InstrumentPayload, TOPICS } from '@quotefleet/contracts';
import { appendToOutbox } from '@quotefleet/relational';
import type { DataSource, EntityManager } from 'typeorm';
import { instrumentEntity } from './instrument-entity.ts';
import type { InstrumentStore, ListInstrumentsQuery } from './instrument-store.ts';

/** Instruments in PostgreSQL; changes are announced through the outbox, in the transaction that makes them. */
export function createDatabaseInstrumentStore(dataSource: DataSource): InstrumentStore {
  const repository = dataSource.getRepository(instrumentEntity);

  async function announce(manager: EntityManager, instruments: readonly InstrumentPayload[]): Promise<void> {
    for (const instrument of instruments) {
      await appendToOutbox(manager, {
        topic: TOPICS.instruments,
        key: instrument.symbol,
        event: createEvent('md.instrument', instrument),
      });
    }
  }

  return {
    async find(symbol) {
      const found = await repository.findOneBy({ symbol });
      return found ? withoutNulls(found) : undefined;
    },

    async list({ kind, after, limit }: ListInstrumentsQuery) {
      const query = repository.createQueryBuilder('instrument').orderBy('instrument.symbol').limit(limit);
      if (kind) query.andWhere('instrument.kind = :kind', { kind });
      if (after) query.andWhere('instrument.symbol > :after', { after });
      return (await query.getMany()).map(withoutNulls);
    },

    async addMissing(instruments) {
      await dataSource.transaction(async (manager) => {
        const inserted = await manager
          .createQueryBuilder()
          .insert()
          .into(instrumentEntity)
          .values([...instruments])
          .orIgnore()
          .returning('symbol')
          .execute();
        const added = new Set((inserted.raw as { symbol: string }[]).map((row) => row.symbol));
        await announce(
          manager,
          instruments.filter(({ symbol }) => added.has(symbol)),
        );
      });
    },

    async upsert(instruments) {
      await dataSource.transaction(async (manager) => {
        const stored = await manager.find(instrumentEntity);
        const before = new Map(stored.map((instrument) => [instrument.symbol, fingerprint(instrument)]));
        const changed = instruments.filter((instrument) => before.get(instrument.symbol) !== fingerprint(instrument));
        if (changed.length === 0) return;
        await manager.upsert(instrumentEntity, changed, ['symbol']);
        await announce(manager, changed);
      });
    },
  };
}

function withoutNulls({ listDate, ...rest }: InstrumentPayload): InstrumentPayload {
  return listDate ? { ...rest, listDate } : rest;
}

function fingerprint({ symbol, name, kind, board, listDate, isSt, status }: InstrumentPayload): string {
  return JSON.stringify([symbol, name, kind, board, listDate ?? '', isSt, status]);
}

import { createEvent, type InstrumentPayload, TOPICS } from '@quotefleet/contracts';
import { appendToOutbox } from '@quotefleet/relational';
import { currentTraceId } from '@quotefleet/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { translateStoreErrors } from '../translate-store-errors.ts';
import { initials } from './initials.ts';
import { instrumentEntity, type StoredInstrument } from './instrument-entity.ts';
import type { InstrumentStore, ListInstrumentsQuery, SearchQuery } from './instrument-store.ts';

/** Instruments in PostgreSQL; changes are announced through the outbox, in the transaction that makes them. */
export function createDatabaseInstrumentStore(dataSource: DataSource): InstrumentStore {
  const repository = dataSource.getRepository(instrumentEntity);

  async function announce(manager: EntityManager, instruments: readonly InstrumentPayload[]): Promise<void> {
    const traceId = currentTraceId();
    const messages = instruments.map((instrument) => ({
      topic: TOPICS.instruments,
      key: instrument.symbol,
      event: createEvent('md.instrument', instrument, traceId),
    }));
    if (messages.length > 0) await appendToOutbox(manager, messages);
  }

  return translateStoreErrors<InstrumentStore>({
    async find(symbol) {
      const found = await repository.findOneBy({ symbol });
      return found ? toPayload(found) : undefined;
    },

    async list({ kind, after, limit }: ListInstrumentsQuery) {
      const query = repository.createQueryBuilder('instrument').orderBy('instrument.symbol').limit(limit);
      if (kind) query.andWhere('instrument.kind = :kind', { kind });
      if (after) query.andWhere('instrument.symbol > :after', { after });
      return (await query.getMany()).map(toPayload);
    },

    async search({ text, symbol = '', kind, limit }: SearchQuery) {
      const typed = text.toLowerCase();
      const query = repository
        .createQueryBuilder('instrument')
        .where(
          `(symbol = :symbol OR strpos(lower(symbol), :typed) > 0 OR strpos(lower(name), :typed) > 0
            OR starts_with(pinyin, :typed))`,
        )
        .setParameters({ typed, symbol })
        .orderBy(
          `CASE WHEN symbol = :symbol OR starts_with(lower(symbol), :typed) THEN 0 WHEN pinyin = :typed OR lower(name) = :typed THEN 1
           WHEN starts_with(lower(name), :typed) THEN 2 WHEN starts_with(pinyin, :typed) THEN 3 ELSE 4 END`,
        )
        .addOrderBy('symbol')
        .limit(limit);
      if (kind) query.andWhere('kind = :kind', { kind });
      return (await query.getMany()).map(toPayload);
    },

    async addMissing(instruments) {
      await dataSource.transaction(async (manager) => {
        const inserted = await manager
          .createQueryBuilder()
          .insert()
          .into(instrumentEntity)
          .values(instruments.map(withInitials))
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

    announce: (instruments) => dataSource.transaction((manager) => announce(manager, instruments)),

    async upsert(instruments) {
      await dataSource.transaction(async (manager) => {
        const stored = await manager.find(instrumentEntity);
        const before = new Map(stored.map((instrument) => [instrument.symbol, fingerprint(instrument)]));
        const changed = instruments.filter((instrument) => before.get(instrument.symbol) !== fingerprint(instrument));
        if (changed.length === 0) return;
        await manager.upsert(instrumentEntity, changed.map(withInitials), ['symbol']);
        await announce(manager, changed);
      });
    },
  });
}

function toPayload({ listDate, pinyin: _pinyin, ...rest }: StoredInstrument): InstrumentPayload {
  return listDate ? { ...rest, listDate } : rest;
}

function withInitials(instrument: InstrumentPayload): StoredInstrument {
  return { ...instrument, pinyin: initials(instrument.name) };
}

function fingerprint({ symbol, name, kind, board, listDate, isSt, status }: InstrumentPayload): string {
  return JSON.stringify([symbol, name, kind, board, listDate ?? '', isSt, status]);
}

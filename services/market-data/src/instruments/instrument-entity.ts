import type { InstrumentPayload } from '@quotefleet/contracts';
import { EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';

/** An instrument as the table holds it. */
export interface StoredInstrument extends InstrumentPayload {
  /** Initials of the name in pinyin. */
  pinyin?: string | null;
}

export const instrumentEntity = new EntitySchema<StoredInstrument>({
  name: 'instrument',
  tableName: 'instruments',
  columns: {
    symbol: { type: 'text', primary: true },
    name: { type: 'text' },
    kind: { type: 'text' },
    board: { type: 'text' },
    listDate: { type: 'text', name: 'list_date', nullable: true },
    isSt: { type: 'boolean', name: 'is_st' },
    status: { type: 'text' },
    pinyin: { type: 'text', nullable: true },
  },
});

export class CreateInstruments1763683200000 implements MigrationInterface {
  readonly name = 'CreateInstruments1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE instruments (
        symbol text PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        board text NOT NULL,
        list_date text,
        is_st boolean NOT NULL,
        status text NOT NULL
      )`);
    await runner.query('CREATE INDEX instruments_kind_symbol ON instruments (kind, symbol)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE instruments');
  }
}

import { type DataSource, EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { CheckpointStore } from './quote-source.ts';

/** The saved position of one source. */
export interface SourceState {
  name: string;
  state: object;
}

export const sourceStateEntity = new EntitySchema<SourceState>({
  name: 'source_state',
  tableName: 'source_state',
  columns: {
    name: { type: 'text', primary: true },
    state: { type: 'jsonb' },
  },
});

export class CreateSourceState1763683400000 implements MigrationInterface {
  readonly name = 'CreateSourceState1763683400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE source_state (name text PRIMARY KEY, state jsonb NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE source_state');
  }
}

/** Keeps the position of the source of this name; what is loaded is what was saved. */
export function createDatabaseCheckpoint<S extends object>(dataSource: DataSource, name: string): CheckpointStore<S> {
  const repository = dataSource.getRepository(sourceStateEntity);
  return {
    async load() {
      const found = await repository.findOneBy({ name });
      return found ? (found.state as S) : undefined;
    },
    async save(state) {
      await repository.upsert({ name, state }, ['name']);
    },
  };
}

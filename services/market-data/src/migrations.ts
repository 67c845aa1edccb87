import { CreateInstruments1763683200000, instrumentEntity } from './instruments/instrument-entity.ts';
import {
  CreateQuarantine1763683300000,
  NameQuarantinedTable1763683500000,
  quarantineEntity,
} from './quarantine/quarantine-store.ts';
import { CreateSourceState1763683400000, sourceStateEntity } from './sources/source-state.ts';

/** The relational tables of the service, and how they came to be, oldest first. */
export const marketEntities = [instrumentEntity, quarantineEntity, sourceStateEntity];
export const marketMigrations = [
  CreateInstruments1763683200000,
  CreateQuarantine1763683300000,
  CreateSourceState1763683400000,
  NameQuarantinedTable1763683500000,
];

/** A time-series database that ticks are ingested into, and what it can do by itself. */
export interface IngestDatabase {
  name: string;
  /** Ticks of one run. */
  ticks: number;
  /** What tells the writer to use it, beside the relational database at `databaseUrl`. */
  env(databaseUrl: string): Record<string, string>;
  /** Stored ticks; 0 while there is no table. */
  count(databaseUrl: string): Promise<number>;
  /** Rows per second of the database's own way to load the same rows. */
  yardstick(databaseUrl: string, ticks: number): Promise<Yardstick>;
  close(): Promise<void>;
}

export interface Yardstick {
  name: string;
  perSecond: number;
  details?: Record<string, number>;
}

/** A value as the driver takes it from an answer: times are ms since epoch. */
export type SqlValue = string | number | boolean | null;

export type SqlRow = readonly SqlValue[];

/** One connection to the database. Every statement names the database of its tables itself. */
export interface SqlConnection {
  /** The rows of a statement that answers with rows. */
  query(sql: string): Promise<SqlRow[]>;
  /** How many rows a statement that changes something was about. */
  execute(sql: string | Buffer): Promise<number>;
  close(): Promise<void>;
}

/** Whoever runs statements, on whichever connection. */
export type SqlRunner = Pick<SqlConnection, 'query' | 'execute'>;

/** @throws Error unless the server says that it serves. */
export async function checkServer(runner: SqlRunner): Promise<void> {
  const [row] = await runner.query('SELECT server_status()');
  if (row?.[0] !== 1) throw new Error(`expected server_status() to be 1, was ${row?.[0]}`);
}

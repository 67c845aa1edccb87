import pg from 'pg';

/** The tables of a PostgreSQL schema, without partitions. */
export async function tablesIn(url: string, schema: string): Promise<string[]> {
  const { rows } = await onDatabase(
    url,
    "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND NOT relispartition",
    [schema],
  );
  return rows.map(({ name }) => String(name)).sort();
}

/** Runs a statement as somebody does who has nothing to do with us. */
export async function onDatabase(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResult<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}

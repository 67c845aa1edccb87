import { createBlindIndex } from '../fields/blind-index.ts';
import { createFieldCipher, isSealedField } from '../fields/field-cipher.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { SecretError } from '../secret-error.ts';
import type { SealedColumn } from './sealed-column.ts';

/** What is used of a PostgreSQL client. */
export interface SqlClient {
  query(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[]; rowCount: number | null }>;
}

export interface ResealReport {
  /** Rows sealed anew. */
  resealed: number;
  /** Rows that somebody else changed meanwhile; their new value was sealed with the key in force. */
  overtaken: number;
  /** Keys of rows that no key of the ring opens, at most 100 of them; they are left as they are. */
  unreadable: string[];
}

interface Row {
  key: string;
  value: string;
}

const UNREADABLE_MAX = 100;
const NAME = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;

/**
 * Seals the values of a column with the first key of the ring: those that an older key sealed, and plain ones. Works in
 * batches by key, each row for itself and only if nobody changed it meanwhile; interrupted, it goes on with what is left.
 * @throws whatever the client throws
 */
export async function resealColumn(
  client: SqlClient,
  ring: KeyRing,
  column: SealedColumn,
  batchRows = 500,
): Promise<ResealReport> {
  const report: ResealReport = { resealed: 0, overtaken: 0, unreadable: [] };
  const reseal = createResealer(ring, column);
  let after: string | undefined;
  for (;;) {
    const rows = await nextBatch(client, ring, column, after, batchRows);
    for (const row of rows) {
      const values = reseal(row);
      if (values === undefined) {
        if (report.unreadable.length < UNREADABLE_MAX) report.unreadable.push(row.key);
      } else if (await update(client, column, row, values)) report.resealed += 1;
      else report.overtaken += 1;
    }
    after = rows.at(-1)?.key;
    if (after === undefined) return report;
  }
}

interface NewValues {
  sealed: string;
  index: string | undefined;
}

/** Gives undefined for a row that cannot be opened. */
function createResealer(ring: KeyRing, { field, bindsRow, index }: SealedColumn): (row: Row) => NewValues | undefined {
  const cipher = createFieldCipher(ring);
  const blindIndex = createBlindIndex(ring);
  return ({ key, value }) => {
    const context = bindsRow ? key : undefined;
    try {
      const plain = isSealedField(value) ? cipher.open(field, value, context) : value;
      return {
        sealed: cipher.seal(field, plain, context),
        index: index && blindIndex.of(field, index.fold(plain)),
      };
    } catch (error) {
      if (error instanceof SecretError) return undefined;
      throw error;
    }
  };
}

const sealedText = ({ column, isJson }: SealedColumn) =>
  isJson ? `coalesce(${column}->>'sealed', ${column}::text)` : column;

async function nextBatch(
  client: SqlClient,
  ring: KeyRing,
  sealed: SealedColumn,
  after: string | undefined,
  rowsMax: number,
): Promise<Row[]> {
  const { table, key, column } = assertNames(sealed);
  const value = sealedText(sealed);
  const { rows } = await client.query(
    `SELECT ${key}::text AS key, ${value} AS value FROM ${table}
     WHERE ${column} IS NOT NULL AND NOT starts_with(${value}, $1) AND ($2::text IS NULL OR ${key}::text > $2::text)
     ORDER BY ${key}::text LIMIT $3`,
    [`v1.${ring.primary.id}.`, after ?? null, rowsMax],
  );
  return rows as unknown as Row[];
}

async function update(client: SqlClient, sealed: SealedColumn, row: Row, values: NewValues): Promise<boolean> {
  const { table, key, column, isJson, index } = sealed;
  const set = [`${column} = ${isJson ? "jsonb_build_object('sealed', $3::text)" : '$3'}`];
  if (index) set.push(`${index.column} = $4`);
  const { rowCount } = await client.query(
    `UPDATE ${table} SET ${set.join(', ')} WHERE ${key}::text = $1 AND ${sealedText(sealed)} = $2`,
    [row.key, row.value, values.sealed, ...(index ? [values.index] : [])],
  );
  return rowCount === 1;
}

/** Names go into statements as they are: only plain ones do. */
function assertNames(sealed: SealedColumn): SealedColumn {
  const names = [sealed.table, sealed.key, sealed.column, ...(sealed.index ? [sealed.index.column] : [])];
  for (const name of names) if (!NAME.test(name)) throw new SecretError(`expected a plain name of SQL, was ${name}`);
  return sealed;
}

import type { OutboxRow, Publish } from './outbox-row.ts';

/** What became of the rows of a batch; rows in neither list stay as they are. */
export interface Delivery {
  published: OutboxRow[];
  refused: { row: OutboxRow; error: unknown }[];
  /** The rejection that ended the batch early. */
  outage?: { error: unknown };
}

/** Publishes a batch at once or, when it was rejected, row by row to find the rows that are refused. */
export async function deliver(
  rows: readonly OutboxRow[],
  publish: Publish,
  isOutage: (error: unknown) => boolean,
): Promise<Delivery> {
  const delivery: Delivery = { published: [], refused: [] };
  if (rows.length === 0) return delivery;
  const rejection = await attempt(rows, publish);
  if (!rejection) return { ...delivery, published: [...rows] };
  if (isOutage(rejection.error)) return { ...delivery, outage: rejection };
  if (rows.length === 1) return { ...delivery, refused: rows.map((row) => ({ row, error: rejection.error })) };
  const blockedKeys = new Set<string>();
  for (const row of rows) {
    if (blockedKeys.has(row.key)) continue;
    const refusal = await attempt([row], publish);
    if (!refusal) delivery.published.push(row);
    else if (isOutage(refusal.error)) return { ...delivery, outage: refusal };
    else {
      delivery.refused.push({ row, error: refusal.error });
      blockedKeys.add(row.key);
    }
  }
  return delivery;
}

/** The rejection as a value: it must not be taken for an error of the database. */
async function attempt(rows: readonly OutboxRow[], publish: Publish): Promise<{ error: unknown } | undefined> {
  try {
    await publish(rows);
    return undefined;
  } catch (error) {
    return { error };
  }
}

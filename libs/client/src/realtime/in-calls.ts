/** A call of more than 64 KiB ends the connection. */
const CALL_CHARS_MAX = 48_000;

/** Parts of a list that each fit into a call. */
export function inCalls<T>(items: readonly T[], requestOf: (item: T) => object, countMax: number): T[][] {
  const parts: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const length = JSON.stringify(requestOf(item)).length + 1;
    let part = parts.at(-1);
    if (!part || part.length === countMax || size + length > CALL_CHARS_MAX) {
      part = [];
      parts.push(part);
      size = 0;
    }
    part.push(item);
    size += length;
  }
  return parts;
}

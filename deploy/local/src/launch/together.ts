/**
 * Awaits all, also when one fails: what the others opened is then known to whoever closes it.
 * @throws what the first failure threw
 */
export async function together<T extends readonly Promise<unknown>[] | []>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

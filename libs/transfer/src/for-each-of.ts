/** Works on items side by side, at most `width` at a time. The first failure stops the others before their next item. */
export async function forEachOf<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = iterator.next(); !next.done && !failed; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: width }, worker));
  const failure = settled.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
}

/** Does work on each item, on so many at a time; the first failure ends it once what is under way has settled. */
export async function workThrough<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failed = false;
  async function run(): Promise<void> {
    for (let next = iterator.next(); !failed && !next.done; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, run));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

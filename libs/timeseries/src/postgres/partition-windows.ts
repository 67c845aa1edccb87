/** A half-open range of time, ms since epoch UTC; open where absent. */
export interface TimeRange {
  from?: number;
  to?: number;
}

/** Most reads are about the newest days, or about few. */
const FIRST_WINDOW_PARTITIONS = 4;
/**
 * A query plans, and locks, every partition of its range: about 20 us each, and a server at its default settings has
 * no more locks left at a dozen queries over 500 partitions.
 */
const MAX_WINDOW_PARTITIONS = 64;

/**
 * Cuts a range, in the order of a read, into ranges of few partitions, which grow as the read goes on. Together they are
 * the whole range, whatever `starts` says: partitions it does not know yet cost time only.
 *
 * @param starts where partitions begin, ascending
 */
export function* partitionWindows(
  starts: readonly number[],
  range: TimeRange,
  order: 'asc' | 'desc',
): Generator<TimeRange> {
  const { from = -Infinity, to = Infinity } = range;
  const inside = starts.filter((start) => start > from && start < to);
  const cuts = order === 'asc' ? inside : inside.toReversed();
  let rest = range;
  let size = FIRST_WINDOW_PARTITIONS;
  for (let i = size - 1; i < cuts.length; i += size) {
    const cut = cuts[i] as number;
    const [older, newer] = [
      { ...rest, to: cut },
      { ...rest, from: cut },
    ];
    yield order === 'asc' ? older : newer;
    rest = order === 'asc' ? newer : older;
    size = Math.min(size * 2, MAX_WINDOW_PARTITIONS);
  }
  yield rest;
}

/** The range of each partition, the oldest first. Together they are all of time, as those of `partitionWindows` are. */
export function partitionRanges(starts: readonly number[]): TimeRange[] {
  const cuts = starts.slice(1);
  return [...cuts, undefined].map((to, i) => {
    const from = cuts[i - 1];
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  });
}

/** What a verdict says of a run that was ended by hand. */
export function stoppedAfter(seconds: number): string {
  return `; stopped after ${seconds.toFixed(1)} s`;
}

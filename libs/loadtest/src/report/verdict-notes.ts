/** A generator process busier than this is late itself. */
const CPU_MAX = 0.85;
/** So is one that the machine keeps waiting. */
const LOOP_DELAY_MAX_MS = 100;

/** What a verdict says of a run that was ended by hand. */
export function stoppedAfter(seconds: number): string {
  return `; stopped after ${seconds.toFixed(1)} s`;
}

/** What a verdict says of the generator where it measured itself; nothing else. */
export function atLimit({ cpu, loopDelayP99Ms }: { cpu: readonly number[]; loopDelayP99Ms: number }): string {
  const reasons = [
    ...cpu.filter((share) => share > CPU_MAX).map((share) => `${Math.round(share * 100)} % of a core`),
    ...(loopDelayP99Ms > LOOP_DELAY_MAX_MS ? [`its event loop late by ${Math.round(loopDelayP99Ms)} ms`] : []),
  ];
  if (reasons.length === 0) return '';
  return `; the generator was at its limit (${reasons.join(', ')}), so that latencies are its own in part: use more workers or machines`;
}

import { authApi, degradationApi } from '@quotefleet/contracts';
import { z } from 'zod';

const DELAY_MS_MAX = 60_000;
const IN_FLIGHT_MAX = 1_000_000;

const steps = (max: number) =>
  z.tuple([z.number().min(1).max(max), z.number().min(1).max(max), z.number().min(1).max(max)]).check((context) => {
    const [first, second, third] = context.value;
    if (first < second && second < third) return;
    context.issues.push({ code: 'custom', message: 'expected each step above the one before', input: context.value });
  });

/** `shedding:` of the gateway's file. The three steps of a measure are those from which levels 1, 2 and 3 hold. */
export const sheddingSection = z.strictObject({
  /** `auto`, or a level that holds until it is changed; a level set at `/admin/degradation` goes before it. */
  level: z
    .union([z.literal('auto'), z.union(degradationApi.DEGRADATION_LEVELS.map((level) => z.literal(level)))])
    .optional(),
  /** Plans that are kept alive. */
  paidRoles: z.array(authApi.roleName).optional(),
  /** Mean delay of the event loop over the last second. */
  eventLoopDelayMs: steps(DELAY_MS_MAX).optional(),
  /** Requests under way, without sockets. */
  inFlight: steps(IN_FLIGHT_MAX).optional(),
  /** Moving average of the time to answer of JSON calls. */
  upstreamLatencyMs: steps(DELAY_MS_MAX).optional(),
});
export type SheddingFile = z.infer<typeof sheddingSection>;
type Steps = readonly [number, number, number];

export interface SheddingRules {
  level: NonNullable<SheddingFile['level']>;
  paidRoles: ReadonlySet<string>;
  eventLoopDelayMs: Steps;
  inFlight: Steps;
  upstreamLatencyMs: Steps;
}

/** The rules under a file. A loop that is late by half a second on average is no burst any more. */
export function sheddingUnder(file: SheddingFile = {}): SheddingRules {
  return {
    level: file.level ?? 'auto',
    paidRoles: new Set(file.paidRoles ?? ['pro', 'service', 'admin']),
    eventLoopDelayMs: file.eventLoopDelayMs ?? [500, 1000, 2000],
    inFlight: file.inFlight ?? [2000, 4000, 8000],
    upstreamLatencyMs: file.upstreamLatencyMs ?? [2500, 5000, 7500],
  };
}

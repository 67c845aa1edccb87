import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

/**
 * How much a gateway node has given up to keep the rest alive: 0 nothing, 1 anonymous calls and heavy ones (files,
 * batches), 2 the reads of free plans too, 3 all but health, sign-in, paid plans and administration.
 */
export const DEGRADATION_LEVELS = [0, 1, 2, 3] as const;
export type DegradationLevel = (typeof DEGRADATION_LEVELS)[number];

const level = z.union(DEGRADATION_LEVELS.map((value) => z.literal(value)));

const degradationSchema = z.object({
  mode: z.enum(['auto', 'manual']).meta({ description: 'Whether the node finds the level by itself' }),
  level: level.meta({ description: 'In force now' }),
  measured: level.meta({ description: 'What the node would choose by itself' }),
  since: z.string().meta({ description: 'When the level in force began, ISO 8601 with +08:00' }),
  load: z.object({
    eventLoopDelayMs: z.number().meta({ description: 'Mean of the last second' }),
    inFlight: z.int().meta({ description: 'Requests under way' }),
    upstreamLatencyMs: z.number().meta({ description: 'Moving average of JSON answers' }),
  }),
  shed: z.int().meta({ description: 'Calls turned away since the start' }),
});
export type DegradationReport = z.infer<typeof degradationSchema>;

export const getDegradation = {
  id: 'getDegradation',
  method: 'get',
  path: '/admin/degradation',
  tag: 'operations',
  summary: 'The level of degradation of this gateway node, and the load it comes from',
  access: 'admin',
  data: degradationSchema,
} as const satisfies Endpoint;

export const setDegradation = {
  id: 'setDegradation',
  method: 'post',
  path: '/admin/degradation',
  tag: 'operations',
  summary: 'Sets the level of degradation of this gateway node, or leaves it to the node again',
  access: 'admin',
  body: z
    .object({
      level: z
        .union([z.literal('auto'), level])
        .meta({ description: '`auto`, or a level that stays until it is changed' }),
    })
    .strict(),
  data: degradationSchema,
} as const satisfies Endpoint;

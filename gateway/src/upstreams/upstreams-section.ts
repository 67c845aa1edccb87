import { z } from 'zod';
import { BULKHEADS } from '../routes/route.ts';

const INSTANCES_MAX = 64;
const PLACES_MAX = 100_000;

/** Where one instance answers: scheme, host and port alone. */
export const instanceUrl = z
  .url({ protocol: /^https?$/, error: 'expected http://host:port', abort: true })
  .refine((text) => isOrigin(text), 'expected http://host:port and nothing more')
  .transform((text) => new URL(text).origin);

/** The instances of one service. */
export const instanceUrls = z
  .array(instanceUrl)
  .min(1, 'expected at least one instance')
  .max(INSTANCES_MAX)
  .refine((urls) => new Set(urls).size === urls.length, 'expected each instance once');

export const upstreamName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'expected the name of a service: small letters, digits and -');

/** `upstreams:` of the gateway's file: the instances of a service, in place of those of the environment. */
export const upstreamsSection = z.record(upstreamName, instanceUrls);

const bulkheadSize = z.strictObject({
  concurrent: z.int().min(1).max(PLACES_MAX),
  queue: z.int().min(0).max(PLACES_MAX),
});

/** `bulkheads:` of the gateway's file: how much of each class every upstream takes at once. */
export const bulkheadsSection = z.partialRecord(z.enum(BULKHEADS), bulkheadSize);

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && search + hash + username + password === '';
}

import { z } from 'zod';
import { envelopeOf } from './envelope.ts';

/** Stored data of a symbol, or where none is named of no symbol, changed: cached answers about it and lists are out of date. */
export const cacheInvalidateSchema = z.object({
  symbol: z.string().min(1).max(32).optional(),
  reason: z.string().max(64),
});
export type CacheInvalidatePayload = z.infer<typeof cacheInvalidateSchema>;

/** A user, API key or refresh-token family lost its rights. */
export const authRevokedSchema = z.object({
  kind: z.enum(['user', 'api-key', 'session']),
  id: z.string().min(1).max(64),
});
export type AuthRevokedPayload = z.infer<typeof authRevokedSchema>;

/** Who did what to what. */
export const auditSchema = z.object({
  actor: z.string().max(128),
  action: z.string().max(64),
  target: z.string().max(128),
  outcome: z.enum(['allowed', 'refused', 'failed']),
});
export type AuditPayload = z.infer<typeof auditSchema>;

export const cacheInvalidateEvent = envelopeOf('cache.invalidate', cacheInvalidateSchema);
export const authRevokedEvent = envelopeOf('auth.revoked', authRevokedSchema);
export const auditEvent = envelopeOf('audit', auditSchema);

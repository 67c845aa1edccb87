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
  /** When, ms since epoch UTC: of a user, access tokens issued until then are refused. */
  at: z.int().min(0).optional(),
});
export type AuthRevokedPayload = z.infer<typeof authRevokedSchema>;

const AUDIT_COUNT_MAX = 1_000_000_000;
/** Addresses that one audit entry names. */
export const AUDIT_IPS_MAX = 20;

/** Who did what to what. */
export const auditSchema = z.object({
  /** User id, or `anonymous`. */
  actor: z.string().max(128),
  /** The API key or OAuth client that was used, where one was. */
  client: z.string().max(128).optional(),
  /** `auth.login`, `policy.change`, `call.refused` ... */
  action: z.string().max(64),
  target: z.string().max(256),
  outcome: z.enum(['allowed', 'refused', 'failed']),
  /** Why, in one sentence; never a secret. */
  reason: z.string().max(256).optional(),
  /** Address of the client. */
  ip: z.string().max(64).optional(),
  userAgent: z.string().max(256).optional(),
  /** How many such actions the entry stands for, where they are told together; 1 where absent. */
  count: z.int().min(1).max(AUDIT_COUNT_MAX).optional(),
  /** Addresses of the actions that the entry stands for, where they may be several. */
  ips: z.array(z.string().max(64)).max(AUDIT_IPS_MAX).optional(),
});
export type AuditPayload = z.infer<typeof auditSchema>;

/** The access policy changed: whoever holds a copy asks auth for the new one. */
export const policyChangedSchema = z.object({ version: z.int().min(1) });
export type PolicyChangedPayload = z.infer<typeof policyChangedSchema>;

export const cacheInvalidateEvent = envelopeOf('cache.invalidate', cacheInvalidateSchema);
export const authRevokedEvent = envelopeOf('auth.revoked', authRevokedSchema);
export const auditEvent = envelopeOf('audit', auditSchema);
export const policyChangedEvent = envelopeOf('auth.policy', policyChangedSchema);

import { z } from 'zod';

export const scope = z.enum(['read', 'write', 'admin']);
export type Scope = z.infer<typeof scope>;

export const username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,64}$/, 'expected 3 to 64 letters, digits, dots, dashes or underscores');

/** bcrypt reads 72 bytes; a longer password would be cut silently. */
export const newPassword = z
  .string()
  .min(10, 'expected at least 10 characters')
  .refine((text) => new TextEncoder().encode(text).length <= 72, 'expected at most 72 bytes');

/** A password as somebody types it: what is wrong with it is for the comparison to say. */
export const typedPassword = z.string().min(1).max(200);

/** Six digits of an authenticator, or a recovery code. */
export const secondFactor = z
  .string()
  .min(6)
  .max(24)
  .meta({ description: 'Six digits of the authenticator, or one of the recovery codes' });

export const email = z.email('expected an e-mail address').max(254);

/** An international number (ITU-T E.164). */
export const phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'expected + and 7 to 15 digits, beginning with the code of the country');

/** A role of the access policy, such as `user`, `pro`, `service` or `admin`; it is also the plan of who holds it. */
export const roleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'expected a name in lower case letters, digits and dashes');

/** Who a request is made by, as auth tells the gateway and realtime. */
export const identitySchema = z.object({
  /** User id, or the OAuth client's where no user is behind the call. */
  subject: z.string(),
  /** What the per-client limit counts by: the API key's id, or the subject. */
  client: z.string(),
  role: roleName,
  scopes: z.array(scope),
  /** The sign-in that an access token belongs to. */
  session: z.string().optional(),
  /** When the token, key or ticket that it was made from expires, ms since epoch UTC; absent where it never does. */
  expiresAt: z.int().optional(),
});
export type Identity = z.infer<typeof identitySchema>;

export const idParams = z.object({ id: z.uuid() });
export const revokedAnswer = z.object({ revoked: z.literal(true) });
export const changedAnswer = z.object({ changed: z.literal(true) });

/** How long a former secret goes on working beside its successor. */
export const overlapHours = z
  .int()
  .min(0)
  .max(720)
  .default(24)
  .meta({ description: 'Hours for which the former secret goes on working; 0 ends it at once' });

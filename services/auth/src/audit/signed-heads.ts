import { CompactSign, compactVerify, decodeProtectedHeader, errors, importJWK, type JWK } from 'jose';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';

/** It keeps these signatures from being taken for access tokens, and the other way round. */
const TYPE = 'quotefleet-audit';
const ALGORITHM = 'EdDSA';
/** Told apart from access tokens by whoever keeps those out of logs: a signed head is no secret. */
const PREFIX = 'audit_';

const signedHeadSchema = z.object({
  /** `head`: the chain came to here. `checkpoint`: what was up to here has been removed by retention. */
  kind: z.enum(['head', 'checkpoint']),
  seq: z.int(),
  hash: z.string(),
  /** When it was signed, ms since epoch UTC. */
  at: z.int(),
});
export type SignedHead = z.infer<typeof signedHeadSchema>;

/** The key that signs now; auth's own, whatever it is at the time. */
export interface AuditSigningKeys {
  findActive(): Promise<{ kid: string; publicJwk: JWK; privateJwk: JWK } | undefined>;
}

/** Signs a place of the chain; keeps the public key, since heads outlive the keys that tokens are signed by. */
export async function signHead(
  manager: EntityManager,
  keys: AuditSigningKeys,
  head: Omit<SignedHead, 'at'>,
): Promise<string> {
  const key = await keys.findActive();
  if (!key) throw new Error('expected an active signing key, found none');
  const publicJwk = { ...key.publicJwk, d: undefined };
  await manager.query('INSERT INTO auth.audit_keys (kid, public_jwk) VALUES ($1, $2) ON CONFLICT (kid) DO NOTHING', [
    key.kid,
    JSON.stringify(publicJwk),
  ]);
  const payload: SignedHead = { ...head, at: Date.now() };
  const signed = await new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.kid })
    .sign(await importJWK(key.privateJwk, ALGORITHM));
  return PREFIX + signed;
}

/** What was signed; undefined where it was not signed by a key of this trail. */
export async function readSignedHead(manager: EntityManager, signed: string): Promise<SignedHead | undefined> {
  if (!signed.startsWith(PREFIX)) return undefined;
  const token = signed.slice(PREFIX.length);
  try {
    const { kid, typ } = decodeProtectedHeader(token);
    if (typ !== TYPE || kid === undefined) return undefined;
    const rows: { public_jwk: JWK }[] = await manager.query('SELECT public_jwk FROM auth.audit_keys WHERE kid = $1', [
      kid,
    ]);
    const [row] = rows;
    if (!row) return undefined;
    const key = await importJWK(row.public_jwk, ALGORITHM);
    const { payload } = await compactVerify(token, key, { algorithms: [ALGORITHM] });
    const parsed = signedHeadSchema.safeParse(JSON.parse(Buffer.from(payload).toString()));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    // Whatever jose or the parser take offence at was not signed by us.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

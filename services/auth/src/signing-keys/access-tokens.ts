import { randomUUID } from 'node:crypto';
import type { Scope } from '@quotefleet/contracts';
import { ACCESS_TOKEN_SECONDS, ACCESS_TOKEN_TYPE, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@quotefleet/service-kit';
import { createLocalJWKSet, errors, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { SigningKey } from './signing-key-store.ts';
import type { SigningKeys } from './signing-keys.ts';

const ALGORITHM = 'EdDSA';

/** Whose token, and what it may do. */
export interface TokenClaims {
  /** User id, or the OAuth client's. */
  subject: string;
  role: string;
  scopes: readonly Scope[];
  /** The sign-in that it belongs to. */
  session?: string | undefined;
  /** The OAuth client that asked for it. */
  clientId?: string | undefined;
}

export interface AccessTokens {
  issue(claims: TokenClaims): Promise<{ token: string; expiresInSeconds: number }>;
  /** The claims of a token that is signed by us and valid by the clock; whether it was revoked is not looked at. */
  read(token: string): Promise<JWTPayload | undefined>;
}

export function createAccessTokens(keys: Pick<SigningKeys, 'current' | 'published'>): AccessTokens {
  const imported = new Map<string, ReturnType<typeof importJWK>>();

  function importOnce({ kid, privateJwk }: SigningKey): ReturnType<typeof importJWK> {
    const known = imported.get(kid);
    if (known) return known;
    // One key signs at a time: those before it are not needed any more.
    imported.clear();
    const key = importJWK(privateJwk, ALGORITHM);
    imported.set(kid, key);
    return key;
  }

  return {
    async issue({ subject, role, scopes, session, clientId }) {
      const key = await keys.current();
      // With its milliseconds: a token issued in the second of a revocation is told from one issued just after it.
      const issuedAt = Date.now() / 1000;
      const token = await new SignJWT({ role, scopes, sid: session, client_id: clientId })
        .setProtectedHeader({ alg: ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid: key.kid })
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .setSubject(subject)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(Math.floor(issuedAt) + ACCESS_TOKEN_SECONDS)
        .sign(await importOnce(key));
      return { token, expiresInSeconds: ACCESS_TOKEN_SECONDS };
    },

    async read(token) {
      const published = await keys.published();
      const keySet = createLocalJWKSet({ keys: published.map(({ publicJwk }) => publicJwk) });
      const rules = { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, typ: ACCESS_TOKEN_TYPE, algorithms: [ALGORITHM] };
      try {
        return (await jwtVerify(token, keySet, rules)).payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

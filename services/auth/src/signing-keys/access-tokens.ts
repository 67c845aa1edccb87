import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@quotefleet/service-kit';
import { importJWK, SignJWT } from 'jose';
import type { ScopesOf, User } from '../users/user.ts';
import type { SigningKey } from './signing-key-store.ts';

/** Short, since an access token cannot be taken back. */
const ACCESS_TOKEN_SECONDS = 15 * 60;

export interface AccessTokens {
  issue(user: Pick<User, 'id' | 'role'>): Promise<{ token: string; expiresInSeconds: number }>;
}

export async function createAccessTokens({ kid, privateJwk }: SigningKey, scopesOf: ScopesOf): Promise<AccessTokens> {
  const key = await importJWK(privateJwk, 'EdDSA');
  return {
    async issue({ id, role }) {
      const token = await new SignJWT({ role, scopes: scopesOf(role) })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
        .setIssuer(TOKEN_ISSUER)
        .setAudience(TOKEN_AUDIENCE)
        .setSubject(id)
        .setIssuedAt()
        .setExpirationTime(`${ACCESS_TOKEN_SECONDS}s`)
        .sign(key);
      return { token, expiresInSeconds: ACCESS_TOKEN_SECONDS };
    },
  };
}

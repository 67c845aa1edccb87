import { authApi, type Identity } from '@quotefleet/contracts';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { AppError, unavailable } from '../errors/app-error.ts';
import { createHttpClient } from '../http/client.ts';

export const TOKEN_ISSUER = 'quotefleet';
export const TOKEN_AUDIENCE = 'quotefleet-api';
const SIGNATURE_ALGORITHM = 'EdDSA';
/** How long an API key's identity is believed without asking auth again; a revocation event ends it at once. */
const KEY_CACHE_MS = 30_000;
const KEY_CACHE_MAX = 10_000;
const AUTH_TIMEOUT_MS = 3000;

export interface Credentials {
  apiKey?: string | undefined;
  /** A JWT access token. */
  token?: string | undefined;
}

/** Tells who sent a request: JWTs are verified here by auth's public keys, API keys are looked up at auth. */
export interface Authenticator {
  /** @throws AppError UNAUTHENTICATED, or UNAVAILABLE when auth has to be asked and does not answer */
  authenticate(credentials: Credentials): Promise<Identity>;
  /** Forgets what is believed about an API key or a user that lost its rights. */
  forget(id: string): void;
  close(): Promise<void>;
}

/** An Authenticator that trusts the auth service at `authUrl`. */
export function createAuthenticator(authUrl: string): Authenticator {
  const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', authUrl), { timeoutDuration: AUTH_TIMEOUT_MS });
  const auth = createHttpClient({ baseUrl: authUrl, timeoutMs: AUTH_TIMEOUT_MS });
  const known = new Map<string, { identity: Identity; until: number }>();
  const asked = new Map<string, Promise<Identity>>();
  let forgotten = 0;

  async function ask(key: string): Promise<Identity> {
    const forgottenBefore = forgotten;
    const identity = await introspect(key);
    // An answer that a revocation has overtaken may be out of date: it serves once.
    if (forgottenBefore === forgotten) {
      if (known.size >= KEY_CACHE_MAX) known.clear();
      known.set(key, { identity, until: Date.now() + KEY_CACHE_MS });
    }
    return identity;
  }

  async function introspect(key: string): Promise<Identity> {
    try {
      return await auth.call(authApi.introspectApiKey, { body: { key } });
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      // A key that auth does not even take for one.
      if (code === 'INVALID_ARGUMENT') throw new AppError('UNAUTHENTICATED', 'the API key is not valid');
      if (code === 'UNAUTHENTICATED') throw error;
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }

  function byApiKey(key: string): Promise<Identity> {
    const entry = known.get(key);
    if (entry && entry.until > Date.now()) return Promise.resolve(entry.identity);
    const pending = asked.get(key);
    if (pending) return pending;
    const asking = ask(key).finally(() => asked.delete(key));
    asked.set(key, asking);
    return asking;
  }

  async function byToken(token: string): Promise<Identity> {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        algorithms: [SIGNATURE_ALGORITHM],
        requiredClaims: ['exp', 'sub'],
      });
      return identityFromClaims(payload);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isTokenFault(error)) throw new AppError('UNAUTHENTICATED', 'the access token is not valid', { cause: error });
      throw unavailable('the auth service does not answer', { cause: error });
    }
  }

  return {
    async authenticate({ apiKey, token }) {
      if (apiKey) return byApiKey(apiKey);
      if (token) return byToken(token);
      throw new AppError('UNAUTHENTICATED', 'expected an API key (X-API-Key) or a bearer token (Authorization)');
    },
    forget(id) {
      forgotten += 1;
      // Whoever asks from now on must not be given an answer that was on its way before.
      asked.clear();
      for (const [key, { identity }] of known) {
        if (identity.client === id || identity.subject === id) known.delete(key);
      }
    },
    close: () => auth.close(),
  };
}

/** False where it is auth's: its keys could not be had, or were none. */
function isTokenFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return (
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC'
  );
}

function identityFromClaims(payload: JWTPayload): Identity {
  const parsed = authApi.identitySchema.safeParse({
    subject: payload.sub,
    client: payload.sub,
    role: payload.role,
    scopes: payload.scopes,
  });
  if (!parsed.success) throw new AppError('UNAUTHENTICATED', 'the access token lacks a claim');
  return parsed.data;
}

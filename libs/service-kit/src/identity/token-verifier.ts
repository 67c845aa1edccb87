import { type AuthRevokedPayload, authApi, type Identity } from '@quotefleet/contracts';
import { type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../errors/app-error.ts';
import { type KeySource, RemoteKeys } from './remote-keys.ts';
import { RevokedTokens, type TokenFacts } from './revoked-tokens.ts';
import {
  ACCESS_TOKEN_TYPE,
  CLOCK_TOLERANCE_SECONDS,
  SIGNATURE_ALGORITHM,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
} from './token-rules.ts';

/** Some 10 MB of tokens. */
const VERIFIED_MAX = 10_000;
/** Ours have some 500 characters. */
const TOKEN_CHARACTERS_MAX = 4096;

const RULES = {
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
  algorithms: [SIGNATURE_ALGORITHM],
  typ: ACCESS_TOKEN_TYPE,
  clockTolerance: CLOCK_TOLERANCE_SECONDS,
  requiredClaims: ['exp', 'iat', 'sub'],
};

interface Verified extends TokenFacts {
  identity: Identity;
  expiresAtMs: number;
}

/** Verifies access tokens by auth's keys, each signature once; what was revoked is refused in any case. */
export class TokenVerifier {
  readonly #keys: RemoteKeys;
  readonly #revoked = new RevokedTokens();
  /** In the order of their last use. */
  readonly #verified = new Map<string, Verified>();

  constructor(source: KeySource) {
    this.#keys = new RemoteKeys({ ...source, onRemoved: () => this.#verified.clear() });
  }

  /** @throws AppError UNAUTHENTICATED, an error of jose, or whatever kept auth's keys from being fetched */
  async verify(token: string): Promise<Identity> {
    const verified = this.#recall(token) ?? (await this.#check(token));
    if (this.#revoked.has(verified))
      throw new AppError('UNAUTHENTICATED', 'the access token was revoked, sign in again');
    return verified.identity;
  }

  revoke(revoked: AuthRevokedPayload): void {
    this.#revoked.add(revoked);
  }

  #recall(token: string): Verified | undefined {
    const verified = this.#verified.get(token);
    if (!verified) return undefined;
    this.#verified.delete(token);
    if (verified.expiresAtMs <= Date.now()) return undefined;
    this.#verified.set(token, verified);
    return verified;
  }

  async #check(token: string): Promise<Verified> {
    if (token.length > TOKEN_CHARACTERS_MAX) throw new AppError('UNAUTHENTICATED', 'the access token is too long');
    const { payload } = await jwtVerify(token, (header: JWTHeaderParameters) => this.#keys.find(header.kid), RULES);
    const verified = verifiedOf(payload);
    if (this.#verified.size >= VERIFIED_MAX) {
      const [oldest] = this.#verified.keys();
      if (oldest !== undefined) this.#verified.delete(oldest);
    }
    this.#verified.set(token, verified);
    return verified;
  }
}

function verifiedOf(payload: JWTPayload): Verified {
  const { exp = 0, iat = 0 } = payload;
  const parsed = authApi.identitySchema.safeParse({
    subject: payload.sub,
    client: payload.sub,
    role: payload.role,
    scopes: payload.scopes,
    session: payload.sid,
    expiresAt: Math.round(exp * 1000),
  });
  // Nothing valid is issued later than now.
  const early = iat > Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS;
  if (!parsed.success || early) throw new AppError('UNAUTHENTICATED', 'the access token lacks a claim, or is of later');
  const { subject, session } = parsed.data;
  return { identity: parsed.data, subject, session, issuedAtMs: iat * 1000, expiresAtMs: exp * 1000 };
}

import type { Logger, Metrics } from '@quotefleet/service-kit';

/** The one place where what happens in auth is counted and logged. */
export interface AuthEvents {
  registered(userId: string): void;
  loggedIn(userId: string): void;
  loginRefused(): void;
  refreshTokenReused(userId: string, sessionId: string): void;
  signingKeyPublished(kid: string, signsFrom: Date): void;
  signingKeyRetired(kid: string): void;
  mailNotSent(kind: string, reason: string): void;
  choreFailed(error: unknown): void;
  masterKeyMissing(): void;
  requestFailed(error: unknown): void;
  apiKeyCreated(userId: string, keyId: string): void;
  apiKeyRevoked(actor: string, keyId: string): void;
  bootstrapKeyInUse(retired: number): void;
  bootstrapKeyRevoked(): void;
}

export function createAuthEvents(logger: Logger, metrics: Metrics): AuthEvents {
  const total = metrics.counter('auth_events_total', 'Registrations, sign-ins, refusals and key changes', ['event']);
  const record = (event: string, facts: Record<string, unknown>, level: 'info' | 'warn' = 'info') => {
    total.inc({ event });
    logger[level](facts, event);
  };
  return {
    registered: (userId) => record('user registered', { userId }),
    loggedIn: (userId) => record('user signed in', { userId }),
    loginRefused: () => record('sign-in refused', {}),
    refreshTokenReused: (userId, sessionId) =>
      record('refresh token used twice, its session is revoked', { userId, sessionId }, 'warn'),
    signingKeyPublished: (kid, signsFrom) => record('signing key published', { kid, signsFrom }),
    signingKeyRetired: (kid) => record('signing key retired', { kid }),
    mailNotSent: (kind, reason) => record('e-mail not sent', { kind, reason }, 'warn'),
    choreFailed: (err) => record('background work failed, it is tried again', { err }, 'warn'),
    masterKeyMissing: () => record('no QF_MASTER_KEY: no second factors, addresses and signing secrets', {}, 'warn'),
    requestFailed: (err) => logger.error({ err }, 'request failed'),
    apiKeyCreated: (userId, keyId) => record('API key created', { userId, keyId }),
    apiKeyRevoked: (actor, keyId) => record('API key revoked', { actor, keyId }),
    bootstrapKeyInUse: (retired) => record('bootstrap API key in use', { retired }),
    bootstrapKeyRevoked: () => record('the bootstrap API key was revoked and stays so; set another', {}, 'warn'),
  };
}

/** Events that nobody looks at, for tests. */
export function createSilentEvents(): AuthEvents {
  const ignore = () => undefined;
  return {
    registered: ignore,
    loggedIn: ignore,
    loginRefused: ignore,
    refreshTokenReused: ignore,
    signingKeyPublished: ignore,
    signingKeyRetired: ignore,
    mailNotSent: ignore,
    choreFailed: ignore,
    masterKeyMissing: ignore,
    requestFailed: ignore,
    apiKeyCreated: ignore,
    apiKeyRevoked: ignore,
    bootstrapKeyInUse: ignore,
    bootstrapKeyRevoked: ignore,
  };
}

import { randomBytes } from 'node:crypto';
import { DEFAULT_SERVER_LIMITS, envList, type ServerLimits } from '@quotefleet/service-kit';
import { z } from 'zod';
import { HEADERS_BYTES_MAX } from './check-request.ts';
import type { UploadPace } from './slow-uploads.ts';

const SECRET_BYTES = 32;
const SECRET_CHARS_MIN = 32;

export interface ProtectionConfig {
  /** Origins whose pages may call the gateway; none but its own where empty. */
  corsOrigins: string[];
  server: ServerLimits;
  uploads: UploadPace;
  /** Binds CSRF tokens; every node of the gateway must have the same. */
  csrfSecret: string;
  /** How far the clock of a client that signs its requests may be from ours, in ms. */
  signingSkewMs: number;
}

const atLeast = (min: number, standard: number) => z.coerce.number().int().min(min).default(standard);
const origin = z
  .string()
  .refine((text) => text === '*' || isOrigin(text), 'expected an origin such as https://app.example');

/** The environment of the protection. */
export const protectionEnv = {
  QF_CORS_ORIGINS: envList.pipe(z.array(origin)).default([]),
  QF_HEADERS_TIMEOUT_MS: atLeast(100, 10_000),
  QF_REQUEST_TIMEOUT_MS: atLeast(100, DEFAULT_SERVER_LIMITS.requestTimeoutMs),
  QF_KEEP_ALIVE_TIMEOUT_MS: atLeast(0, DEFAULT_SERVER_LIMITS.keepAliveTimeoutMs),
  QF_REQUESTS_PER_SOCKET_MAX: atLeast(0, 0),
  QF_CONNECTIONS_MAX: atLeast(1, 100_000),
  QF_UPLOAD_BYTES_PER_SECOND_MIN: atLeast(0, 1024),
  QF_UPLOAD_GRACE_MS: atLeast(100, 10_000),
  QF_CSRF_SECRET: z.string().min(SECRET_CHARS_MIN, `expected at least ${SECRET_CHARS_MIN} characters`).optional(),
  QF_SIGNING_SKEW_MS: atLeast(1000, 30_000),
};

/** What the variables ask for; `random` is the CSRF secret of a node that is alone. */
export function protectionOf(
  env: z.infer<z.ZodObject<typeof protectionEnv>>,
  random = randomBytes(SECRET_BYTES).toString('hex'),
): ProtectionConfig {
  return {
    corsOrigins: env.QF_CORS_ORIGINS,
    server: {
      headersTimeoutMs: env.QF_HEADERS_TIMEOUT_MS,
      requestTimeoutMs: env.QF_REQUEST_TIMEOUT_MS,
      keepAliveTimeoutMs: env.QF_KEEP_ALIVE_TIMEOUT_MS,
      headerBytesMax: HEADERS_BYTES_MAX,
      requestsPerSocketMax: env.QF_REQUESTS_PER_SOCKET_MAX,
      connectionsMax: env.QF_CONNECTIONS_MAX,
    },
    uploads: { bytesPerSecondMin: env.QF_UPLOAD_BYTES_PER_SECOND_MIN, graceMs: env.QF_UPLOAD_GRACE_MS },
    csrfSecret: env.QF_CSRF_SECRET ?? random,
    signingSkewMs: env.QF_SIGNING_SKEW_MS,
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

import { z } from 'zod';

/** The stable codes of v1 errors, each with its HTTP status. */
export const ERROR_STATUS = {
  INVALID_ARGUMENT: 400,
  UNAUTHENTICATED: 401,
  TOTP_REQUIRED: 401,
  TOTP_INVALID: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  TOO_LARGE: 413,
  URI_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  BAD_GATEWAY: 502,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** What is wrong with one field of a request. */
export const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** The v1 envelope, for answers and errors alike. `timestamp` is ISO 8601 with +08:00. */
export interface Envelope<T> {
  success: boolean;
  /** `OK`, or an ErrorCode. */
  code: 'OK' | ErrorCode;
  message: string;
  data: T;
  traceId: string;
  timestamp: string;
}

/** The schema of a v1 envelope around `data`. */
export function envelopeSchema<T extends z.ZodType>(data: T) {
  return z.object({
    success: z.literal(true),
    code: z.literal('OK'),
    message: z.string(),
    data,
    traceId: z.string(),
    timestamp: z.string().meta({ description: 'ISO 8601, +08:00' }),
  });
}

/** The schema of a v1 error: `data.errors` names the fields at fault where there are any. */
export const errorEnvelopeSchema = z
  .object({
    success: z.literal(false),
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    message: z.string(),
    data: z.object({ errors: z.array(fieldErrorSchema) }).nullable(),
    traceId: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: 'ErrorEnvelope' });
export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;

/** An error of v2: problem details (RFC 9457), with the stable code, the fields at fault and the trace id beside. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    errors: z.array(fieldErrorSchema).optional(),
    'violated-policies': z
      .array(z.string())
      .optional()
      .meta({ description: 'Of a refused quota: the names of the limits, as RateLimit-Policy has them' }),
    traceId: z.string(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });
export type Problem = z.infer<typeof problemSchema>;

import { errorEnvelopeSchema, problemSchema } from '@quotefleet/contracts';
import { AppError } from '@quotefleet/service-kit';
import { z } from 'zod';

/** What market-data says is wrong, in v1 by an envelope and in v2 by problem details. */
const failureSchema = z.union([
  errorEnvelopeSchema.transform(({ code, message, data }) => ({ code, message, errors: data?.errors ?? [] })),
  problemSchema.transform(({ code, detail, errors = [] }) => ({ code, message: detail, errors })),
]);

/** The error that an answer of market-data tells of; BAD_GATEWAY where it tells of none in our form. */
export function toError(status: number, body: Buffer, retryAfter: number): AppError {
  const failure = failureSchema.safeParse(parseJson(body));
  if (!failure.success) return new AppError('BAD_GATEWAY', `market-data answered ${status}`);
  const { code, message, errors } = failure.data;
  return new AppError(code, message, {
    errors,
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

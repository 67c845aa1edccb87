import type { IncomingHttpHeaders } from 'node:http';
import { codeOfStatus, ERROR_MEANINGS, ERROR_STATUS, type ErrorCode, type FieldError } from '@quotefleet/contracts';
import { AppError, sendError } from '@quotefleet/service-kit';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { startAnswer } from '../proxy/answer.ts';

/** More is no error of ours: they are a sentence, and a list of fields at fault. */
const BODY_BYTES_MAX = 256 * 1024;
const RETRY_AFTER_SECONDS_MAX = 3600;
const V2_PREFIX = '/api/v2/';
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

const code = z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]);
const fieldErrors = z.array(z.object({ field: z.string(), message: z.string() }));
const inEnvelope = z.object({
  success: z.literal(false),
  code,
  message: z.string(),
  data: z.object({ errors: fieldErrors }).nullish(),
  traceId: z.string(),
  timestamp: z.string(),
});
const asProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code,
  errors: fieldErrors.optional(),
  traceId: z.string(),
});

/** Whether an upstream's answer is an error: then its body has to be read before it is known what to make of it. */
export function isErrorStatus(status: number): boolean {
  return status >= 400;
}

interface ErrorAnswerOptions {
  upstream: string;
  status: number;
  headers: IncomingHttpHeaders;
  request: Request;
}

/** What they say is about the call and not about who answers. */
const KEPT_HEADERS = ['allow', 'www-authenticate'];

/** An error that an upstream answers with, gathered until it is whole. */
export class ErrorAnswer {
  readonly #options: ErrorAnswerOptions;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(options: ErrorAnswerOptions) {
    this.#options = options;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= BODY_BYTES_MAX) this.#chunks.push(chunk);
  }

  /**
   * Answers the client: with the error as it came where it is in the form of the client's version, else in our words.
   * Gives back, in place of that, a failure that no service of ours has worded: there may be something better for it.
   */
  answer(response: Response): AppError | undefined {
    const { status, headers } = this.#options;
    if (this.#isInForm()) {
      startAnswer(response, status, headers);
      response.end(Buffer.concat(this.#chunks));
      return undefined;
    }
    const error = this.#toAppError();
    if (status > 500 || error.code === 'BAD_GATEWAY') return error;
    for (const name of KEPT_HEADERS) if (headers[name] !== undefined) response.setHeader(name, headers[name]);
    sendError(response, error);
    return undefined;
  }

  #isInForm(): boolean {
    const { request, status } = this.#options;
    if (request.method === 'HEAD') return this.#isJson();
    const given = this.#json();
    const parsed = request.originalUrl.startsWith(V2_PREFIX) ? asProblem.safeParse(given) : inEnvelope.safeParse(given);
    return parsed.success && ERROR_STATUS[parsed.data.code] === status;
  }

  /** What another software says of itself stays between it and the log. */
  #toAppError(): AppError {
    const { upstream, status } = this.#options;
    const given = this.#ours();
    if (given && ERROR_STATUS[given.code] === status)
      return new AppError(given.code, given.message, { errors: given.errors, ...this.#retryAfter(given.code) });
    // A page in place of JSON is no service's.
    const code = status === 500 && this.#json() === undefined ? 'BAD_GATEWAY' : codeOfStatus(status);
    const said = `${upstream} answered ${status}${this.#json() === undefined ? ' without JSON' : ' in another form'}`;
    const message = status < 500 ? ERROR_MEANINGS[code].title : `${upstream} failed, try again`;
    return new AppError(code, message, { cause: new Error(said), ...this.#retryAfter(code) });
  }

  /** An error that a service of ours words in the form of another version. */
  #ours(): { code: ErrorCode; message: string; errors: readonly FieldError[] } | undefined {
    const given = this.#json();
    const envelope = inEnvelope.partial({ traceId: true, timestamp: true }).safeParse(given);
    if (envelope.success) return { ...envelope.data, errors: envelope.data.data?.errors ?? [] };
    const problem = asProblem.partial({ traceId: true }).safeParse(given);
    if (!problem.success) return undefined;
    const { code, detail, errors = [] } = problem.data;
    return { code, message: detail, errors };
  }

  #json(): unknown {
    if (!this.#isJson() || this.#bytes > BODY_BYTES_MAX) return undefined;
    try {
      return JSON.parse(Buffer.concat(this.#chunks).toString());
    } catch {
      return undefined;
    }
  }

  #isJson(): boolean {
    return JSON_TYPE.test(this.#options.headers['content-type'] ?? '');
  }

  /** As the upstream says, in seconds; one where only the code says that it passes. */
  #retryAfter(code: ErrorCode): { retryAfterSeconds?: number } {
    const given = Number(this.#options.headers['retry-after']);
    if (Number.isInteger(given) && given > 0) return { retryAfterSeconds: Math.min(given, RETRY_AFTER_SECONDS_MAX) };
    return ERROR_MEANINGS[code].retry === 'later' ? { retryAfterSeconds: 1 } : {};
  }
}

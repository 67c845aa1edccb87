import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, errorEnvelopeSchema } from '@quotefleet/contracts';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';

interface ApiTarget {
  url: string;
  apiKey: string;
}

interface Call {
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
}

/** Asks the fleet. */
export interface ApiClient {
  /** `data` of the answer, as the schema has it. @throws CliError with what the fleet says is wrong */
  call<T extends z.ZodType>(endpoint: Endpoint, schema: T, call?: Call): Promise<z.infer<T>>;
}

/** Answers that say "come back": the limiter's, and that of a part which is restarting. */
const RETRY_STATUSES = new Set([429, 503]);
const ATTEMPTS_MAX = 20;
const RETRY_AFTER_MAX_SECONDS = 60;
const ANSWER_TIMEOUT_MS = 120_000;

export function createApiClient({ url, apiKey }: ApiTarget): ApiClient {
  async function send(endpoint: Endpoint, { params = {}, query = {}, body }: Call): Promise<Response> {
    const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const target = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) target.searchParams.set(name, String(value));
    const headers = { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    try {
      return await fetch(target, {
        method: endpoint.method.toUpperCase(),
        headers,
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new CliError(`the fleet does not answer at ${url}`, { cause });
    }
  }

  async function sendUntilServed(endpoint: Endpoint, call: Call): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await send(endpoint, call);
      if (!RETRY_STATUSES.has(response.status) || attempt === ATTEMPTS_MAX) return response;
      await response.body?.cancel();
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      await sleep(Math.min(Math.max(Number.isFinite(seconds) ? seconds : 1, 0), RETRY_AFTER_MAX_SECONDS) * 1000);
    }
  }

  return {
    async call(endpoint, schema, call = {}) {
      const response = await sendUntilServed(endpoint, call);
      const answer = parseJson(await response.text());
      const envelope = z.object({ data: z.unknown() }).safeParse(answer);
      const data = schema.safeParse(envelope.data?.data);
      if (response.ok && data.success) return data.data;
      const failure = errorEnvelopeSchema.safeParse(answer);
      throw new CliError(failure.success ? failure.data.message : `the fleet answered ${response.status}`);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

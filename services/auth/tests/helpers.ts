import type { Identity } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createLogger, encodeIdentity, IDENTITY_HEADER, type RunningService } from '@quotefleet/service-kit';
import { createAuthService, parseAuthConfig } from '../src/index.ts';

/** The cheapest bcrypt there is: these tests are not about its cost. */
const BCRYPT_COST = '4';

/** Starts auth on a free port with a silent log, and a bus that nobody else is on where none is given. */
export function startAuth(
  databaseUrl: string,
  env: Record<string, string> = {},
  bus: EventBus = createInProcessBus(),
): Promise<RunningService> {
  const config = parseAuthConfig({
    QF_AUTH_PORT: '0',
    QF_DATABASE_URL: databaseUrl,
    QF_BCRYPT_COST: BCRYPT_COST,
    ...env,
  });
  return createAuthService(config, { bus, logger: createLogger({ service: 'auth', level: 'silent' }) });
}

export interface Answer {
  status: number;
  code: string;
  message: string;
  data: AnswerData;
}

/** The fields of every endpoint's answer; a test reads those of the endpoint it called. */
export interface AnswerData {
  id: string;
  key: string;
  prefix: string;
  expiresAt: string;
  client: string;
  scopes: string[];
  accessToken: string;
  refreshToken: string;
  apiKeys: AnswerData[];
  errors: { field: string }[];
}

interface CallOptions {
  body?: unknown;
  identity?: Partial<Identity>;
  method?: string;
}

/** Calls a path of the service and reads its envelope. */
export async function call(service: RunningService, path: string, options: CallOptions = {}): Promise<Answer> {
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST');
  const response = await fetch(new URL(path, service.url), {
    method,
    headers: {
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.identity ? { [IDENTITY_HEADER]: encodeIdentity(fullIdentity(options.identity)) } : {}),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const envelope = (await response.json()) as Omit<Answer, 'status'>;
  return { ...envelope, status: response.status };
}

/** As a token has it, whose client is its user. */
function fullIdentity(identity: Partial<Identity>): Identity {
  const { subject = 'nobody' } = identity;
  return { subject, client: subject, role: 'user', scopes: ['read'], ...identity };
}

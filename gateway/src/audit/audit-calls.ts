import type { IncomingMessage } from 'node:http';
import type { AuditPayload, Identity } from '@quotefleet/contracts';
import { AuditPublisher, type EventBus, RepeatedCalls } from '@quotefleet/messaging';
import {
  AppError,
  type Closers,
  clientAddress,
  type Logger,
  type Metrics,
  TRACE_HEADER,
} from '@quotefleet/service-kit';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { createAuditMeter } from './audit-meter.ts';
import { KeyUse } from './key-use.ts';
import { type CallFacts, factsOf, noteCall } from './note-call.ts';

const QUEUE_MAX = 10_000;
const REPEATED_EVERY_MS = 10_000;
const KEY_USE_EVERY_MS = 60_000;
const TARGET_MAX = 256;
const REASON_MAX = 256;
const USER_AGENT_MAX = 256;

const REFUSALS = new Set([401, 403, 429]);

/** Whether a socket is let in. @throws AppError where it is not */
type CheckUpgrade = (request: IncomingMessage) => Promise<void>;

export interface CallAudit {
  /** First of all handlers: sees how each call ended. */
  watch: RequestHandler;
  /** Last of the router's: sees why a call was refused. */
  seeError: ErrorRequestHandler;
  /** The same check, of an upgrade that no handler sees; its refusals are told of too. */
  watchUpgrades(check: CheckUpgrade): CheckUpgrade;
}

interface AuditCallsOptions {
  bus: EventBus;
  logger: Logger;
  metrics: Metrics;
}

/** Publishes what the gateway knows of security: refused and shed calls, calls that need the scope admin, use of keys. */
export function auditCalls({ bus, logger, metrics }: AuditCallsOptions, closers: Closers): CallAudit {
  const publisher = new AuditPublisher({
    name: 'gateway',
    bus,
    meter: createAuditMeter(logger, metrics),
    queueMax: QUEUE_MAX,
  });
  metrics.readGauge('audit_queue_depth', 'Audit events that wait for the bus', () => publisher.depth);
  const publish = (entry: AuditPayload, traceId?: string) => publisher.publish(entry, traceId);
  const repeated = new RepeatedCalls(publish);
  const keyUse = new KeyUse(publish);
  const timers = [
    setInterval(() => repeated.flush(), REPEATED_EVERY_MS).unref(),
    setInterval(() => keyUse.flush(), KEY_USE_EVERY_MS).unref(),
  ];
  closers.add('audit', () => {
    for (const timer of timers) clearInterval(timer);
    repeated.flush();
    keyUse.flush();
    return publisher.close();
  });

  function audit(request: IncomingMessage, status: number): void {
    const facts = factsOf(request);
    const { identity, access, shed } = facts;
    if (identity && isByKey(identity)) keyUse.add(identity, clientAddress(request));
    const isRefused = isAuditedRefusal(status, facts);
    if (!isRefused && !shed && access !== 'admin') return;
    const traceId = String(request.headers[TRACE_HEADER]);
    if (isRefused || shed) {
      const action = shed ? 'call.shed' : 'call.refused';
      repeated.add(entryOf(request, facts, { action, outcome: 'refused', status }), status, traceId);
      return;
    }
    const outcome = status < 400 ? 'allowed' : 'failed';
    const entry = entryOf(request, facts, { action: 'admin.call', outcome, status });
    // A page that is asked for every second is not news every second; each change is.
    if (request.method === 'GET') repeated.add(entry, status, traceId);
    else publish(entry, traceId);
  }

  return {
    watch(request, response, next) {
      response.on('close', () => audit(request, response.statusCode));
      next();
    },
    seeError(error, request, _response, next) {
      if (error instanceof AppError) noteCall(request, { reason: error.message });
      next(error);
    },
    watchUpgrades: (check) => async (request) => {
      try {
        await check(request);
      } catch (error) {
        if (error instanceof AppError) {
          noteCall(request, { route: 'socket', access: 'read', reason: error.message });
          audit(request, error.status);
        }
        throw error;
      }
    },
  };
}

/** What auth refuses at its own public endpoints, such as a wrong password, it records itself. */
function isAuditedRefusal(status: number, { access, reason }: CallFacts): boolean {
  return REFUSALS.has(status) && !(access === 'public' && status === 401 && reason === undefined);
}

/** By an API key or by an OAuth client for itself: neither has a sign-in. */
function isByKey({ session }: Identity): boolean {
  return session === undefined;
}

interface Ending {
  action: string;
  outcome: AuditPayload['outcome'];
  status: number;
}

function entryOf(request: IncomingMessage, facts: CallFacts, { action, outcome, status }: Ending): AuditPayload {
  const { identity, route } = facts;
  // Which user, role or key an admin changed stands in the path itself; paths of anybody else are theirs to invent.
  const isChange = action === 'admin.call' && request.method !== 'GET';
  const told = isChange
    ? `${request.method} ${request.url?.split('?', 1)[0]}`
    : (route ?? `${request.method} elsewhere`);
  const userAgent = request.headers['user-agent'];
  const reason = facts.reason ?? (status < 400 ? undefined : `answered ${status}`);
  const ip = clientAddress(request);
  return {
    actor: identity?.subject ?? 'anonymous',
    ...(identity && isByKey(identity) ? { client: identity.client } : {}),
    action,
    target: told.slice(0, TARGET_MAX),
    outcome,
    ...(reason === undefined ? {} : { reason: reason.slice(0, REASON_MAX) }),
    ...(ip === '' ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, USER_AGENT_MAX) }),
  };
}

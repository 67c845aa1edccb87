export { clientAddress, clientProto, createOriginReader } from './client-address/client-address.ts';
export { toNetwork } from './client-address/to-network.ts';
export {
  createAddressRanges,
  createAddressTest,
  FORWARDED_FORMS,
  isAddressRange,
  type ProxyTrust,
} from './client-address/trusted-proxies.ts';
export { openEnvironment } from './config/open-environment.ts';
export { ConfigError, commonEnv, type Environment, envList, envPort, parseConfig } from './config/parse-config.ts';
export { AppError, invalidArgument, notFound, unavailable } from './errors/app-error.ts';
export { toAppError } from './errors/to-app-error.ts';
export { wordIssue } from './errors/word-issue.ts';
export { type CheckResult, Health, type Readiness } from './health/health.ts';
export { createApp } from './http/app.ts';
export { createHttpClient, type HttpClient } from './http/client.ts';
export { DEADLINE_HEADER } from './http/deadline.ts';
export { createDirectApp, type DirectApp, type ServeDirectly } from './http/direct-app.ts';
export { DEFAULT_SERVER_LIMITS, type ListeningServer, listen, type ServerLimits } from './http/listen.ts';
export { type Call, mount } from './http/mount.ts';
export { parsePart } from './http/parse-request.ts';
export { errorEnvelope, problemOf, sendData, sendError, toShanghaiIso } from './http/respond.ts';
export { currentTraceId, takeTrace, traceHeaders, traceRequests } from './http/trace.ts';
export { CORRELATION_HEADER, newTraceId, TRACE_HEADER } from './http/trace-context.ts';
export {
  type Authenticator,
  type AuthenticatorOptions,
  type Credentials,
  createAuthenticator,
} from './identity/authenticator.ts';
export { encodeIdentity, IDENTITY_HEADER, identityOf } from './identity/identity-headers.ts';
export {
  ACCESS_TOKEN_SECONDS,
  ACCESS_TOKEN_TYPE,
  TOKEN_AUDIENCE,
  TOKEN_ISSUER,
} from './identity/token-rules.ts';
export { Closers } from './lifecycle/closers.ts';
export { type RunningService, runService } from './lifecycle/run-service.ts';
export { type StartedService, startService } from './lifecycle/start-service.ts';
export { keepNewObjectsYoung } from './lifecycle/tune-memory.ts';
export { createLogger, type Logger } from './logging/logger.ts';
export { type Counter, createMetrics, type Gauge, type Histogram, type Metrics } from './metrics/metrics.ts';

import { redact } from '@quotefleet/secrets';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentTrace } from '../http/trace.ts';
import { toLoggedError } from './logged-error.ts';

export type { Logger };

interface CreateLoggerOptions {
  service: string;
  level: string;
  /** Where lines go; stdout where absent. */
  destination?: DestinationStream;
}

/** JSON lines with the service's name; secrets are taken out of the finished line, at whatever depth they stand. */
export function createLogger({ service, level, destination }: CreateLoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    serializers: { err: toLoggedError },
    hooks: { streamWrite: redact },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceFields,
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A line that is written while a request is served says which. */
function traceFields(): Record<string, string> {
  const trace = currentTrace();
  if (!trace) return {};
  const { id, correlationId } = trace;
  return correlationId === id ? { traceId: id } : { traceId: id, correlationId };
}

import { type DestinationStream, type Logger, pino } from 'pino';
import { toLoggedError } from './logged-error.ts';

export type { Logger };

const REDACTED_PATHS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'key',
  'apiKey',
  '*.password',
  '*.token',
  '*.accessToken',
  '*.refreshToken',
  '*.apiKey',
  'headers.authorization',
  'headers["x-api-key"]',
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
];

interface CreateLoggerOptions {
  service: string;
  level: string;
  /** Where lines go; stdout where absent. */
  destination?: DestinationStream;
}

/** JSON lines with the service's name; secrets under their usual names are redacted. */
export function createLogger({ service, level, destination }: CreateLoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    serializers: { err: toLoggedError },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination ? pino(options, destination) : pino(options);
}

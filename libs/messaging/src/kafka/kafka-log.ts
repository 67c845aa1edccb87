import { type LogEntry, type logCreator, logLevel } from 'kafkajs';

/** What the bus writes to; a pino logger is one. */
export interface BusLogger {
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/**
 * Sends the client's log lines to `logger`. Its errors are warnings here: each concerns an attempt
 * that is made again or a failure that the caller is told of.
 */
export function kafkaLogTo(logger: BusLogger): logCreator {
  return () =>
    ({ level, namespace, log }: LogEntry) => {
      const { message, timestamp: _timestamp, ...fields } = log;
      const line = `kafka ${namespace}: ${message}`;
      if (level <= logLevel.WARN) {
        logger.warn(fields, line);
      } else {
        logger.debug(fields, line);
      }
    };
}

import { StoreUnavailableError } from '@quotefleet/timeseries';
import { TransferError } from '../transfer-error.ts';

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

/** Errors of the server as a sentence: StoreUnavailableError where trying again may help, else TransferError. */
export async function translateMysqlErrors<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: string };
    if (typeof code !== 'string') throw error;
    const reason = message || code;
    if (AWAY.has(code)) throw new StoreUnavailableError(`${label} cannot be reached: ${reason}`, { cause: error });
    throw new TransferError(`${label} refused: ${reason}`, { cause: error });
  }
}

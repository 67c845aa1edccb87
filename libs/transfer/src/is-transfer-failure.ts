import { StoreUnavailableError } from '@quotefleet/timeseries';
import { TransferError } from './transfer-error.ts';

/**
 * Whether an error says all that a person needs to know: what was asked for cannot be had, or a database or the file
 * system (both name their reason by a code) does not do its part. Any other is a fault of ours.
 */
export function isTransferFailure(error: unknown): error is Error {
  if (error instanceof TransferError || error instanceof StoreUnavailableError) return true;
  if (!(error instanceof Error)) return false;
  return error.name === 'DatabaseUnavailableError' || ('code' in error && typeof error.code === 'string');
}

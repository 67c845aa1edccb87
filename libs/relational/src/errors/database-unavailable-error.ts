import { isUnavailable } from '../pg/unavailable.ts';

/** The database cannot be reached or refuses work for now: try again later. */
export class DatabaseUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DatabaseUnavailableError';
  }
}

/**
 * Runs database work, by TypeORM or pg. Trouble of connection or server becomes a DatabaseUnavailableError; every
 * other error passes as it is.
 */
export async function translateDatabaseErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new DatabaseUnavailableError(`PostgreSQL is not available: ${(error as Error).message}`, { cause: error });
  }
}

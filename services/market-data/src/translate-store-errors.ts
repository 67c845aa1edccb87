import { translateDatabaseErrors } from '@quotefleet/relational';

type Store<T> = { [Method in keyof T]: (...args: never[]) => Promise<unknown> };

/** The same store; trouble of the database becomes a DatabaseUnavailableError, which clients see as a 503. */
export function translateStoreErrors<T extends Store<T>>(store: T): T {
  const methods = Object.entries<(...args: never[]) => Promise<unknown>>(store).map(([name, method]) => [
    name,
    (...args: never[]) => translateDatabaseErrors(() => method(...args)),
  ]);
  return Object.fromEntries(methods) as T;
}

import { describe } from '@jest/globals';
import { findNative } from '../src/find-native.ts';

const { missing } = findNative();

/** A `describe` for tests of a native program; skipped, with the reason in its title, where there is none. */
export function describeNative(
  server: 'redis' | 'kafka' | 'influx' | 'mariadb' | 'nginx',
  title: string,
  body: () => void,
): void {
  const reason = missing[server];
  if (reason === undefined) describe(title, body);
  // The form that the closing report of @quotefleet/testing reads; that package depends on this one.
  else describe.skip(`${title} [skipped without ${server}: ${reason}]`, body);
}

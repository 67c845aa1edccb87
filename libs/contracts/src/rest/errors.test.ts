import { expect, it } from '@jest/globals';
import { ERROR_STATUS, type ErrorCode } from './envelope.ts';
import { codeOfStatus, ERROR_MEANINGS, problemTypeOf } from './errors.ts';

const CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

it('says of every code what it means, and gives each a type of its own', () => {
  for (const code of CODES) expect(ERROR_MEANINGS[code].when.length).toBeGreaterThan(10);
  expect(new Set(CODES.map(problemTypeOf)).size).toBe(CODES.length);
  for (const code of CODES) expect(URL.canParse(problemTypeOf(code))).toBe(true);
});

it('finds a code for every status of an error', () => {
  for (const status of new Set(Object.values(ERROR_STATUS))) expect(ERROR_STATUS[codeOfStatus(status)]).toBe(status);
  expect(codeOfStatus(401)).toBe('UNAUTHENTICATED');
  expect(codeOfStatus(410)).toBe('NOT_FOUND');
  expect(codeOfStatus(422)).toBe('INVALID_ARGUMENT');
  expect(codeOfStatus(418)).toBe('INVALID_ARGUMENT');
  expect(codeOfStatus(599)).toBe('BAD_GATEWAY');
});

import { fitsName } from '../glob.ts';

/**
 * Whether a row rule's value takes a value in. Fields are asked for as `endpointId.field`; a rule without an endpoint
 * means the field wherever it stands.
 */
export function fitsValue(kind: string, pattern: string, value: string): boolean {
  if (kind !== 'field' || pattern.includes('.')) return fitsName(pattern, value);
  return fitsName(pattern, value.slice(value.lastIndexOf('.') + 1));
}

import { fitsPath } from '../glob.ts';

const TAG = 'tag:';
const METHOD = /^[A-Z]+$/;

/** Whether a rule's resource names an endpoint: by its id in whatever version, its tag or its path. */
export function fitsResource(resource: string, endpointId: string, tag: string, path: string): boolean {
  if (resource === '*') return true;
  if (resource.startsWith('/')) return fitsPath(resource, path);
  if (resource.startsWith(TAG)) return resource.slice(TAG.length) === tag;
  return resource === baseId(endpointId);
}

/** Whether a rule's action, a scope or a method, is that of a call. */
export function fitsAction(action: string, method: string, scope: string): boolean {
  if (action === '*') return true;
  return METHOD.test(action) ? action === method : action === scope;
}

/** The id that an endpoint has in v1, which rules name it by. */
export function baseId(endpointId: string): string {
  return endpointId.endsWith('V2') ? endpointId.slice(0, -2) : endpointId;
}

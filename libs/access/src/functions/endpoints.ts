import { type Endpoint, type Access as EndpointAccess, V1_ENDPOINTS, V2_ENDPOINTS } from '@quotefleet/contracts';

/** A call as rules see it. */
export interface EndpointCall {
  endpointId: string;
  tag: string;
  /** As the table of routes has it, with `{symbol}` for what differs from call to call. */
  path: string;
  /** In capitals. */
  method: string;
  /** What a token must carry; `public` for none. */
  scope: EndpointAccess;
}

/** A call of an endpoint, as rules see it. */
export function callOf({ id, tag, path, method, access }: Endpoint): EndpointCall {
  return { endpointId: id, tag, path, method: method.toUpperCase(), scope: access };
}

interface KnownCall {
  call: EndpointCall;
  endpoint: Endpoint;
  expression: RegExp;
}

const KNOWN: readonly KnownCall[] = [...V1_ENDPOINTS, ...V2_ENDPOINTS].map((endpoint) => ({
  call: callOf(endpoint),
  endpoint,
  expression: new RegExp(`^${endpoint.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}));

/** Every endpoint of the contracts, in each of its versions. */
export const KNOWN_CALLS: readonly EndpointCall[] = KNOWN.map(({ call }) => call);

/** The tags and ids that rules may name. */
export const KNOWN_TAGS: ReadonlySet<string> = new Set(KNOWN_CALLS.map(({ tag }) => tag));
export const KNOWN_IDS: ReadonlySet<string> = new Set(V1_ENDPOINTS.map(({ id }) => id));

/** The endpoint that a method and a path, with or without a query, are of; undefined where there is none. */
export function findEndpoint(method: string, target: string): Endpoint | undefined {
  const [path = ''] = target.split('?');
  return KNOWN.find(({ call, expression }) => call.method === method.toUpperCase() && expression.test(path))?.endpoint;
}

import type { Endpoint } from './endpoint.ts';
import { columnarSchema } from './table-schema.ts';

const V1_PREFIX = '/api/v1/';

/** The v2 form of an endpoint: the bare resource, rows by columns, problem details for errors. */
export function v2Endpoint(endpoint: Endpoint): Endpoint {
  const { deprecated: _ofV1, ...kept } = endpoint;
  const { id, path, data, table } = kept;
  return {
    ...kept,
    id: `${id}V2`,
    path: path.replace(V1_PREFIX, '/api/v2/'),
    data: table ? columnarSchema(table, data) : data,
  };
}

/** Whether v2 has it too: all of v1, but what says no and what answers as another specification has it. */
export function hasV2({ path, bare, v2 = true }: Endpoint): boolean {
  return v2 && !bare && path.startsWith(V1_PREFIX);
}

/** An endpoint in every version that it is served in. */
export function versionsOf(endpoint: Endpoint): Endpoint[] {
  return hasV2(endpoint) ? [endpoint, v2Endpoint(endpoint)] : [endpoint];
}

import type { Endpoint } from './endpoint.ts';
import { columnarSchema } from './table-schema.ts';

/** The v2 form of an endpoint: the bare resource, rows by columns, problem details for errors. */
export function v2Endpoint(endpoint: Endpoint): Endpoint {
  const { id, path, data, table } = endpoint;
  return {
    ...endpoint,
    id: `${id}V2`,
    path: path.replace('/api/v1/', '/api/v2/'),
    data: table ? columnarSchema(table, data) : data,
  };
}

/** An endpoint in every version that it is served in. */
export function versionsOf(endpoint: Endpoint): Endpoint[] {
  return endpoint.v2 ? [endpoint, v2Endpoint(endpoint)] : [endpoint];
}

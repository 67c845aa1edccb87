import type { TableColumn } from '@quotefleet/tables/definition';
import type { z } from 'zod';

/** What a caller must hold: nothing, any valid key or token, or one of these scopes. */
export type Access = 'public' | 'read' | 'write' | 'admin';

/** Rows that an endpoint answers with, in any format. */
export interface TableShape {
  /** Of a row; `timestamp` is ISO 8601 with +08:00 in v1 and ms in v2. */
  fields: readonly TableColumn[];
  /** Other fields by the value of a query parameter. */
  variants?: { parameter: string; fields: Readonly<Record<string, readonly TableColumn[]>> };
  /** Under which name v1 has the rows. */
  itemsKey: string;
}

/** When and why an endpoint leaves. Days are `YYYY-MM-DD` and begin at 00:00 UTC. */
export interface Deprecation {
  /** From when on nobody should begin to use it. */
  since: string;
  /** From when on it may be gone; half a year after `since` at least. */
  sunset: string;
  /** Path of what to use instead; its v2 where absent. */
  successor?: string;
  /** One sentence for people. */
  note: string;
}

/** One REST endpoint: validation, types and OpenAPI all come from here. */
export interface Endpoint {
  id: string;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI form, from the root: `/api/v1/ticks/{symbol}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  access: Access;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** What the documents show as the body, where records of it are checked one by one and `body` is looser. */
  documentedBody?: z.ZodType;
  /** Media types of a body that is not JSON. */
  bodyTypes?: readonly string[];
  /** The envelope's `data`. */
  data: z.ZodType;
  /** Where `data` holds rows that can be had in other formats too. */
  table?: TableShape;
  /** False for what v2 does not have any more: see `v2Endpoint`. */
  v2?: boolean;
  /** Where v1 of it is on its way out. */
  deprecated?: Deprecation;
  /** Answers without the envelope, errors too: its own specification says how. */
  bare?: true;
  /** The service checks who calls by itself: the gateway passes the Authorization header on. */
  ownCredentials?: true;
  /** Status of success, 200 where absent. */
  status?: 200 | 201 | 202;
}

/** The express form of an endpoint's path: `{symbol}` becomes `:symbol`. */
export function expressPath(endpoint: Endpoint): string {
  return endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
}

import type { Endpoint } from '@quotefleet/contracts/shapes';
import type { z } from 'zod';

declare const declaredAs: unique symbol;

/**
 * Method and path of an endpoint of the contracts, with its types and without its schemas, which a browser need not
 * load.
 */
export interface Route<E extends Endpoint = Endpoint> {
  readonly method: E['method'];
  readonly path: E['path'];
  readonly [declaredAs]?: E;
}

/** What can be called: a route of this package, or an endpoint of `@quotefleet/contracts` itself. */
export type Callable = Endpoint | Route;
export type EndpointOf<C extends Callable> = C extends Endpoint ? C : C extends Route<infer E> ? E : never;

/** A route of a declared endpoint; the compiler sees to it that method and path are the declared ones. */
export function route<E extends Endpoint>(method: E['method'], path: E['path']): Route<E> {
  return { method, path };
}

/** Text, numbers and flags go into a query as they are; `undefined` leaves the parameter out. */
type QueryValue = string | number | boolean | undefined;
type QueryOf<Q> = Q extends z.ZodObject
  ? { [K in keyof z.input<Q>]: unknown extends z.input<Q>[K] ? QueryValue : z.input<Q>[K] }
  : never;

type Params<E> = E extends { params: infer P extends z.ZodType } ? { params: z.input<P> } : { params?: never };
type Body<E> = E extends { documentedBody: infer B extends z.ZodType }
  ? { body: z.input<B> }
  : E extends { body: infer B extends z.ZodType }
    ? { body: z.input<B> }
    : { body?: never };
type Query<E> = E extends { query: infer Q extends z.ZodObject }
  ? Record<never, never> extends QueryOf<Q>
    ? { query?: QueryOf<Q> }
    : { query: QueryOf<Q> }
  : { query?: never };

/** How a call is made, whatever the endpoint. */
export interface CallSettings {
  signal?: AbortSignal | undefined;
  /** For one attempt, instead of the client's. */
  timeoutMs?: number;
  /** Makes a POST safe to repeat, where the endpoint knows it: ingest does. */
  idempotencyKey?: string;
}

/** What a call of an endpoint takes: its params, query and body as the contracts have them. */
export type CallOptions<C extends Callable> = Params<EndpointOf<C>> &
  Query<EndpointOf<C>> &
  Body<EndpointOf<C>> &
  CallSettings;

/** The `data` of the envelope that an endpoint answers with. */
export type DataOf<C extends Callable> = z.infer<EndpointOf<C>['data']>;

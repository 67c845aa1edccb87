import { type Endpoint, expressPath, versionsOf } from '@quotefleet/contracts';
import type { Request, RequestHandler, Response, Router } from 'express';
import type { z } from 'zod';
import { parsePart } from './parse-request.ts';
import { sendData } from './respond.ts';

type Parsed<T> = T extends z.ZodType ? z.infer<T> : undefined;

/** The parsed parts of a request, typed by its endpoint. */
export interface Call<E extends Endpoint> {
  params: Parsed<E['params']>;
  query: Parsed<E['query']>;
  body: Parsed<E['body']>;
  request: Request;
  response: Response;
}

type Handler<E extends Endpoint> = (call: Call<E>) => Promise<z.input<E['data']>> | z.input<E['data']>;

/**
 * Serves an endpoint, in every version it has: parses params, query and body by its schemas (a fault answers 400 naming
 * the field), runs the handler and answers with its value.
 */
export function mount<E extends Endpoint>(
  router: Router,
  endpoint: E,
  handler: Handler<E>,
  ...before: RequestHandler[]
): void {
  for (const version of versionsOf(endpoint)) {
    router[endpoint.method](expressPath(version), ...before, async (request: Request, response: Response) => {
      sendData(response, await handler(parseCall(endpoint, request, response)), endpoint.status ?? 200);
    });
  }
}

/** @throws AppError INVALID_ARGUMENT naming each field at fault */
export function parseCall<E extends Endpoint>(endpoint: E, request: Request, response: Response): Call<E> {
  return {
    params: endpoint.params && parsePart(endpoint.params, request.params),
    query: endpoint.query && parsePart(endpoint.query, request.query),
    body: endpoint.body && parsePart(endpoint.body, request.body ?? {}),
    request,
    response,
  } as Call<E>;
}

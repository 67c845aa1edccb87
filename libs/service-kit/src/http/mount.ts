import { type Endpoint, expressPath } from '@quotefleet/contracts';
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
 * Serves an endpoint: parses params, query and body by its schemas (a fault answers 400 naming the
 * field), runs the handler and answers with its value in the envelope.
 */
export function mount<E extends Endpoint>(
  router: Router,
  endpoint: E,
  handler: Handler<E>,
  ...before: RequestHandler[]
): void {
  router[endpoint.method](expressPath(endpoint), ...before, async (request: Request, response: Response) => {
    const call = {
      params: endpoint.params && parsePart(endpoint.params, request.params),
      query: endpoint.query && parsePart(endpoint.query, request.query),
      body: endpoint.body && parsePart(endpoint.body, request.body ?? {}),
      request,
      response,
    } as Call<E>;
    sendData(response, await handler(call), endpoint.status ?? 200);
  });
}

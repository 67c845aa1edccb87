import { IncomingMessage, type RequestListener, type ServerOptions, ServerResponse } from 'node:http';
import type { Request, RequestHandler, Response } from 'express';
import { type AppOptions, createRouted, enterHandlers, handleErrors } from './app.ts';

/** Serves a request itself, or gives back undefined and leaves it to the routes. Refuses by an error, in either way. */
export type ServeDirectly = (request: Request, response: Response) => Promise<void> | undefined;

/** What a server needs to serve an app that has a shorter way for some requests. */
export interface DirectApp {
  listener: RequestListener;
  /** Requests and responses that are express's from the start: it turns others into its own one by one. */
  messages: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;
}

/**
 * The same app as `createApp` makes, with a way past express's routing for requests that `serveDirectly` knows. They pass
 * what every request passes first, and their errors are answered as all others.
 */
export function createDirectApp(options: AppOptions, serveDirectly: ServeDirectly): DirectApp {
  const routed = createRouted(options);
  const answerError = handleErrors(options.logger);
  const enter = inTurn(enterHandlers(options), (request, response) => {
    const served = serveDirectly(request, response);
    if (served) served.catch((error: unknown) => fail(error, request, response));
    else routed(request, response);
  });
  function fail(error: unknown, request: Request, response: Response): void {
    answerError(error, request, response, () => undefined);
  }
  function listen(request: Request, response: Response): void {
    request.res = response;
    response.req = request;
    request.originalUrl = request.url;
    enter(request, response, (error) => fail(error, request, response));
  }

  class DirectRequest extends IncomingMessage {}
  class DirectResponse extends ServerResponse {}
  Object.setPrototypeOf(DirectRequest.prototype, routed.request);
  Object.setPrototypeOf(DirectResponse.prototype, routed.response);
  return {
    listener: listen as unknown as RequestListener,
    messages: { IncomingMessage: DirectRequest, ServerResponse: DirectResponse } as unknown as DirectApp['messages'],
  };
}

type Then = (request: Request, response: Response) => void;
type Enter = (request: Request, response: Response, fail: (error: unknown) => void) => void;

/** Runs handlers one after the other, then what follows them; a handler that throws or hands on an error ends it. */
function inTurn(handlers: readonly RequestHandler[], then: Then): Enter {
  return (request, response, fail) => {
    let at = 0;
    const next = (error?: unknown): void => {
      const handler = handlers[at++];
      try {
        if (error !== undefined) fail(error);
        else if (handler) handler(request, response, next);
        else then(request, response);
      } catch (thrown) {
        fail(thrown);
      }
    };
    next();
  };
}

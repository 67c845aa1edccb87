import { AppError } from '@quotefleet/service-kit';
import type { RequestHandler } from 'express';

/** Answers the methods that a path does not have: 405, or what OPTIONS asks for; `Allow` names those it has. */
export function answerOtherMethods(methods: readonly string[]): RequestHandler {
  const names = new Set(methods.map((method) => method.toUpperCase()));
  if (names.has('GET')) names.add('HEAD');
  names.add('OPTIONS');
  const allow = [...names].sort().join(', ');
  return (request, response) => {
    response.setHeader('Allow', allow);
    if (request.method !== 'OPTIONS')
      throw new AppError('METHOD_NOT_ALLOWED', `${request.path} takes ${allow}, was ${request.method}`);
    response.status(204).end();
  };
}

import { csrfApi } from '@quotefleet/contracts';
import { AppError, clientProto, mount } from '@quotefleet/service-kit';
import { doubleCsrf } from 'csrf-csrf';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { cookieOf } from '../admission/credentials.ts';

const { CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE, getCsrfToken } = csrfApi;
/** They change nothing, and a page of another origin cannot read what they answer. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Csrf {
  /** Of a call that its session cookie alone speaks for. @throws AppError FORBIDDEN without the matching token */
  check(request: Request): void;
  /** `GET /api/v1/auth/csrf`, behind `before`. */
  routerFor(before: RequestHandler): Router;
}

/**
 * Double submit: a page shows that it can read what the gateway gave to its own origin. The token is bound to the session
 * and to our secret, so that a cookie planted by a sibling domain is of no use.
 */
export function createCsrf(secret: string): Csrf {
  const { generateCsrfToken, validateRequest } = doubleCsrf({
    getSecret: () => secret,
    getSessionIdentifier: (request) => cookieOf(request, SESSION_COOKIE) ?? '',
    getCsrfTokenFromRequest: (request) => request.headers[CSRF_HEADER],
    cookieName: CSRF_COOKIE,
    cookieOptions: { sameSite: 'strict', path: '/', httpOnly: true },
  });
  function giveToken(request: Request, response: Response): string {
    if (cookieOf(request, SESSION_COOKIE) === undefined)
      throw new AppError('UNAUTHENTICATED', `expected a session: sign in with the cookie ${SESSION_COOKIE} first`);
    readCookies(request);
    response.setHeader('Cache-Control', 'no-store');
    // A cookie marked so would not come back over plain HTTP, as on a laptop.
    const secure = clientProto(request) === 'https';
    return generateCsrfToken(request, response, { cookieOptions: { secure }, overwrite: true });
  }

  return {
    routerFor(before) {
      const router = Router({ caseSensitive: true });
      mount(router, getCsrfToken, ({ request, response }) => ({ csrfToken: giveToken(request, response) }), before);
      return router;
    },
    check(request) {
      if (SAFE_METHODS.has(request.method)) return;
      readCookies(request);
      if (validateRequest(request)) return;
      throw new AppError(
        'FORBIDDEN',
        `expected the token of ${getCsrfToken.path} in X-CSRF-Token, since the session is by cookie`,
      );
    },
  };
}

/** What csrf-csrf looks at. */
function readCookies(request: Request): void {
  const token = cookieOf(request, CSRF_COOKIE);
  request.cookies = token === undefined ? {} : { [CSRF_COOKIE]: token };
}

import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

/** The cookie that a browser session is held by; HttpOnly, set by auth at sign-in. Its value is an access token. */
export const SESSION_COOKIE = 'qf_session';
/** The cookie that the token of `getCsrfToken` is held against. */
export const CSRF_COOKIE = 'qf_csrf';
/** Carries the token of `getCsrfToken` on every call that changes something. */
export const CSRF_HEADER = 'x-csrf-token';

export const getCsrfToken = {
  id: 'getCsrfToken',
  method: 'get',
  path: '/api/v1/auth/csrf',
  tag: 'auth',
  summary: 'The token that calls made by a session cookie must bring along to change anything',
  description: `Sets the cookie \`${CSRF_COOKIE}\`; send the token in the header \`X-CSRF-Token\`. Calls that bring an API key or a token in a header need none.`,
  access: 'public',
  data: z.object({ csrfToken: z.string() }),
} as const satisfies Endpoint;

import type { Tokens } from '@quotefleet/contracts';
import type { Request, Response } from 'express';

/** The access token, for pages of the gateway's own origin; the gateway reads it. */
const SESSION_COOKIE = 'qf_session';

/** Sets the cookie that no script can read and no other site's page can send. */
export function setSessionCookie(request: Request, response: Response, tokens: Tokens): void {
  const maxAgeMs = tokens.expiresInSeconds * 1000;
  response.cookie(SESSION_COOKIE, tokens.accessToken, { ...attributesOf(request), maxAge: maxAgeMs });
}

export function clearSessionCookie(request: Request, response: Response): void {
  response.clearCookie(SESSION_COOKIE, attributesOf(request));
}

function attributesOf(request: Request) {
  const secure = request.get('x-forwarded-proto') === 'https';
  return { httpOnly: true, sameSite: 'strict', secure, path: '/' } as const;
}

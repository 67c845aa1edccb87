import { authApi } from '@quotefleet/contracts';
import { identityOf, mount, toShanghaiIso } from '@quotefleet/service-kit';
import type { RequestHandler, Router } from 'express';
import { clearSessionCookie, setSessionCookie } from '../sessions/session-cookie.ts';
import type { Sessions, SessionTokens } from '../sessions/sessions.ts';
import type { SocketTickets } from '../socket-tickets/socket-tickets.ts';

interface SessionParts {
  sessions: Sessions;
  socketTickets: SocketTickets;
}

/** Sign-ins, and what is held by them. */
export function mountSessionRoutes(router: Router, parts: SessionParts, json: RequestHandler): void {
  const { sessions, socketTickets } = parts;
  mount(
    router,
    authApi.login,
    async ({ body: { cookie, ...credentials }, request, response }) => {
      const tokens = await sessions.login(credentials);
      if (cookie) setSessionCookie(request, response, tokens);
      return toAnswer(tokens);
    },
    json,
  );
  mount(
    router,
    authApi.refreshTokens,
    async ({ body: { cookie, refreshToken }, request, response }) => {
      const tokens = await sessions.refresh({ refreshToken });
      if (cookie) setSessionCookie(request, response, tokens);
      return toAnswer(tokens);
    },
    json,
  );
  mount(router, authApi.logout, async ({ request, response }) => {
    await sessions.logout(identityOf(request));
    clearSessionCookie(request, response);
    return { revoked: true as const };
  });
  mount(router, authApi.logoutAll, async ({ request, response }) => {
    const revoked = await sessions.logoutAll(identityOf(request));
    clearSessionCookie(request, response);
    return { revoked };
  });
  mount(router, authApi.listSessions, async ({ request }) => ({ sessions: await sessions.list(identityOf(request)) }));
  mount(router, authApi.revokeSession, async ({ params, request }) => {
    await sessions.revoke(identityOf(request), params.id);
    return { revoked: true as const };
  });
  mount(router, authApi.createSocketTicket, async ({ request }) => {
    const { ticket, expiresAt } = await socketTickets.issue(identityOf(request));
    return { ticket, expiresAt: toShanghaiIso(expiresAt) };
  });
  mount(router, authApi.redeemSocketTicket, ({ body }) => socketTickets.redeem(body.ticket), json);
}

function toAnswer({ scopes: _scopes, ...tokens }: SessionTokens) {
  return tokens;
}

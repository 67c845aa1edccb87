import type { Identity } from '@quotefleet/contracts';
import { AppError, type Authenticator } from '@quotefleet/service-kit';

/** When each token came for the first time, ms since the epoch. */
export const firstShown = new Map<string, number>();
/** Tokens that are written out: `subject role seconds`, the seconds that are left from when it is shown first. */
export const byText: Authenticator = {
  async authenticate({ token, ticket }): Promise<Identity> {
    const text = token ?? ticket;
    const [subject = '', role = '', seconds] = text?.split(' ') ?? [];
    if (role === '') throw new AppError('UNAUTHENTICATED', 'the access token is not valid');
    const shownAt = firstShown.get(text ?? '') ?? Date.now();
    firstShown.set(text ?? '', shownAt);
    const expires = seconds === undefined ? {} : { expiresAt: shownAt + Number(seconds) * 1000 };
    return { subject, client: subject, role, scopes: ['read'], session: `session of ${subject}`, ...expires };
  },
  forget: () => true,
  noteUse: () => undefined,
  close: async () => undefined,
};

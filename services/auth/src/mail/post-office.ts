import type { AuthEvents } from '../events.ts';
import type { Mail, Mailer } from './mailer.ts';

/** Deliveries under way; what comes beyond is dropped, and said to be. */
const UNDER_WAY_MAX = 200;

/** Sends e-mails beside the answer, which must not tell by its time whether there was one to send. */
export interface PostOffice {
  post(mail: Mail): void;
  close(): Promise<void>;
}

export function createPostOffice(mailer: Mailer | undefined, events: AuthEvents): PostOffice {
  const underWay = new Set<Promise<void>>();
  return {
    post(mail) {
      if (!mailer || underWay.size >= UNDER_WAY_MAX) {
        events.mailNotSent(mail.kind, mailer ? 'too many at once' : 'QF_EMAIL_WEBHOOK_URL is not set');
        return;
      }
      const sending = mailer
        .send(mail)
        .catch((error: unknown) => events.mailNotSent(mail.kind, error instanceof Error ? error.message : 'unknown'))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
    },
    async close() {
      await Promise.all(underWay);
      await mailer?.close();
    },
  };
}

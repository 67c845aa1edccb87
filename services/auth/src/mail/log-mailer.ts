import type { Logger } from '@quotefleet/service-kit';
import type { Mailer } from './mailer.ts';

/** Writes e-mails to the log, tokens included: for a machine whose log its one user alone reads. */
export function createLogMailer(logger: Logger): Mailer {
  return {
    async send({ kind, username, token }) {
      logger.info({ kind, username }, `e-mail not sent, its token is ${token ?? 'none'}`);
    },
    close: async () => undefined,
  };
}

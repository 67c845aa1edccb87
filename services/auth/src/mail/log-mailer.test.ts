import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { createLogger } from '@quotefleet/service-kit';
import { createLogMailer } from './log-mailer.ts';

it('writes a token so that it can be read, where the log hides secrets', async () => {
  const lines = new PassThrough();
  const logger = createLogger({ service: 'auth', level: 'info', destination: lines });
  const mailer = createLogMailer(logger);
  const secret = 'x'.repeat(20) + 'Y'.repeat(23);
  await mailer.send({ kind: 'verify-email', to: 'a@example.com', username: 'alice', token: `qft_${secret}` });
  await mailer.send({ kind: 'email-taken', to: 'a@example.com', username: 'alice' });
  await mailer.close();
  lines.end();
  const written = await text(lines);
  expect(written).toContain(`qft_ followed by ${secret}`);
  expect(written).toContain('it has no token');
  expect(written).not.toContain('a@example.com');
});

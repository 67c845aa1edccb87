import { describe, expect, it } from '@jest/globals';
import { parseAuthConfig } from './config.ts';

const QF_DATABASE_URL = 'postgres://u:p@127.0.0.1:5432/quotefleet';

describe('the configuration of auth', () => {
  it('needs a database and nothing else', () => {
    expect(parseAuthConfig({ QF_DATABASE_URL })).toMatchObject({ port: 7001, passwords: { bcryptCost: 12 } });
    expect(() => parseAuthConfig({})).toThrow(/^QF_DATABASE_URL: expected postgres:/);
  });

  it.each([
    ['QF_BOOTSTRAP_API_KEY', 'short'],
    ['QF_BOOTSTRAP_API_KEY', 'with a space in it'],
    ['QF_BCRYPT_COST', '3'],
    ['QF_AUTH_PORT', 'http'],
    ['QF_DATABASE_URL', 'mysql://x'],
    ['QF_REGISTRATION', 'maybe'],
    ['QF_SIGNING_KEY_DAYS', '-1'],
    ['QF_EMAIL_WEBHOOK_URL', 'http://mail.example.com'],
    ['QF_LOCKOUT_FREE_ATTEMPTS', '0'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => parseAuthConfig({ QF_DATABASE_URL, [name]: value })).toThrow(new RegExp(`^${name}: `));
  });
});

import { describe, expect, it } from '@jest/globals';
import { createSecretManager, generateMasterKey, parseKeyRing, redact } from '@quotefleet/secrets';
import { openEnvironment } from './open-environment.ts';
import { ConfigError } from './parse-config.ts';

const key = generateMasterKey();
const sealed = (text: string) => createSecretManager(parseKeyRing(key)).seal(text);
const KNOWN = { QF_DATABASE_URL: 'postgres://quotefleet:quotefleet@db/x', QF_BOOTSTRAP_API_KEY: 'change-me' };

describe('the environment of a service', () => {
  it('has its sealed values opened, and keeps them out of the log from then on', async () => {
    const secret = 'kept-nowhere-else-9f3';
    const env = await openEnvironment({ QF_MASTER_KEY: key, QF_SMTP_PASSWORD: sealed(secret) });
    expect(env.QF_SMTP_PASSWORD).toBe(secret);
    expect(redact(`sent ${secret} and ${key}`)).toBe('sent [redacted] and [redacted]');
  });

  it('is refused by name where a value cannot be opened', async () => {
    const env = { QF_MASTER_KEY: generateMasterKey(), QF_DATABASE_URL: sealed('x') };
    await expect(openEnvironment(env)).rejects.toThrow(ConfigError);
    await expect(openEnvironment(env)).rejects.toThrow(/^QF_DATABASE_URL: was sealed with a key/);
  });

  it.each([{}, { QF_MODE: '' }, { QF_MODE: 'production' }])(
    'holds no secret that everybody knows with %j',
    async (mode) => {
      await expect(openEnvironment({ ...KNOWN, ...mode })).rejects.toThrow(
        /^QF_DATABASE_URL: holds a password that .*; QF_BOOTSTRAP_API_KEY: is an example.*QF_MODE=local only\)$/,
      );
      const hidden = { QF_MASTER_KEY: key, QF_DATABASE_URL: sealed(KNOWN.QF_DATABASE_URL), ...mode };
      await expect(openEnvironment(hidden)).rejects.toThrow(/^QF_DATABASE_URL: holds a password/);
    },
  );

  it('may hold them in local mode, which takes no common word out of the log', async () => {
    expect(await openEnvironment({ ...KNOWN, QF_MODE: 'local' })).toEqual({ ...KNOWN, QF_MODE: 'local' });
    expect(redact('quotefleet is ready')).toBe('quotefleet is ready');
  });

  it('names a mode that there is', async () => {
    await expect(openEnvironment({ QF_MODE: 'loca1' })).rejects.toThrow('QF_MODE: expected one of local, production');
  });
});

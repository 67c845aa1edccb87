import { describe, expect, it } from '@jest/globals';
import { createFieldCipher } from '../fields/field-cipher.ts';
import { parseKeyRing } from '../keys/key-ring.ts';
import { generateMasterKey } from '../keys/master-key.ts';
import { createSecretManager } from '../secret-manager.ts';
import { hideValues, redact } from './redact.ts';
import { isSecretName } from './secret-names.ts';

const ring = parseKeyRing(generateMasterKey());
const JWT = 'eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

/** Each holds HUSH in its secret part, but where the form is the secret. */
const BY_NAME = [
  '{"password":"HUSH"}',
  '{"user":{"deep":{"deeper":{"clientSecret":"HUSH"}}}}',
  '{"password":"a\\"HUSH\\\\"}',
  '{"x-api-key":"HUSH","QF_BOOTSTRAP_API_KEY":"HUSH","refresh_token":"HUSH","Authorization":"HUSH"}',
  '{"set-cookie":["sid=HUSH; Path=/","b=HUSH"]}',
  '{"token":{"type":"Buffer","data":["HUSH"]}}',
  JSON.stringify({ msg: JSON.stringify({ password: 'HUSH"HUSH' }) }),
  JSON.stringify({ msg: JSON.stringify({ body: JSON.stringify({ password: 'HUSH' }) }) }),
  "{ password: 'HUSH', 'x-api-key': 'HUSH' }",
  JSON.stringify({ msg: `{ password: "it's HUSH" }` }),
  'GET /a?x=1&access_token=HUSH&y=2',
  'grant_type=password&password=HUSH&client_secret=HUSH',
  'QF_API_KEY=HUSH',
  'Cookie: sid=HUSH; other=HUSH\r\nHost: x',
  'authorization: Bearer HUSH',
];

const BY_FORM = [
  'connect to postgres://user:HUSH@db:5432/x failed',
  'redis://:HUSH@cache:6379',
  'http://root:HU/SH:HUSH@tsdb:6041',
  'Basic SFVTSEhVU0g=',
  'sent bearer SFVTSEhVU0g',
  'qf_HUSHHUSHHUSH, qfr_HUSHHUSHHUSH and qfh_HUSHHUSHHUSH',
];

describe('redaction', () => {
  it.each([...BY_NAME, ...BY_FORM])('takes the secret out of %s', (text) => {
    expect(redact(text)).not.toMatch(/HUSH|SFVTSE/);
    expect(redact(text)).toContain('[redacted]');
  });

  it.each([
    ['a JSON web token', JWT],
    ['a master key', ring.primary.bytes.toString('base64url').concat('=')],
    ['a sealed value', createSecretManager(ring).seal('x')],
    ['a sealed field', createFieldCipher(ring).seal('email', 'x')],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----'],
  ])('takes out %s', (_what, secret) => {
    expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
    expect(redact(JSON.stringify({ msg: secret }))).not.toContain(secret.slice(8, 30));
  });

  it.each(BY_NAME.filter((text) => text.startsWith('{"')))('leaves %s valid JSON', (text) => {
    expect(Object.keys(JSON.parse(redact(text)))).toEqual(Object.keys(JSON.parse(text)));
  });

  it.each([
    'QF_VAULT_TOKEN: expected a value, since QF_MASTER_KEY_SOURCE is vault',
    '{"level":30,"time":"2026-01-05T01:30:00.000Z","service":"auth","url":"http://127.0.0.1:7001","msg":"auth is ready"}',
    '{"tokens":12,"remaining":99,"tokenCount":3}',
    'the token has expired; sign in again',
    'https://docs.example.com/a/b@2?page=2',
    'at file:///srv/app/token.ts:12:5',
    '0d9a3c5e7f1b2d4c6e8f0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8091a2b3',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('takes out values it was told of, however they are written', () => {
    hideValues(['pässword "quoted" 7c1f', 'short']);
    const text = ['pässword "quoted" 7c1f', JSON.stringify('pässword "quoted" 7c1f'), 'short'].join(' ');
    expect(redact(text)).toBe('[redacted] "[redacted]" short');
    expect(redact(`?q=${encodeURIComponent('pässword "quoted" 7c1f')}`)).toBe('?q=[redacted]');
  });

  it('needs no more than linear time for hostile text', () => {
    const started = performance.now();
    for (const part of [
      '"password":"',
      'a://',
      'x:',
      '\\"token\\":\\"',
      "secret: '",
      '-----BEGIN PRIVATE KEY-----',
      'aA_-',
    ]) {
      redact(part.repeat(20_000));
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('secret names', () => {
  it.each([
    'QF_BOOTSTRAP_API_KEY',
    'QF_MASTER_KEY',
    'VAULT_TOKEN',
    'PGPASSWORD',
    'clientSecret',
    'AWS_SECRET_ACCESS_KEY',
  ])('include %s', (name) => expect(isSecretName(name)).toBe(true));
  it.each(['QF_MASTER_KEY_FILE', 'QF_MASTER_KEY_SOURCE', 'QF_AWS_SECRET_ID', 'QF_PORT', 'keys', 'tokens'])(
    'do not include %s',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});

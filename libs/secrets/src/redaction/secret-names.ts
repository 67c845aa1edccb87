/** Names whose values are never shown; a longer name that ends in one (`clientSecret`, `QF_API_KEY`) counts too. */
const ENDINGS = [
  'password',
  'passwd',
  'passwordHash',
  'passphrase',
  'secret',
  'secrets',
  'token',
  'tokenHash',
  'apiKey',
  'apiKeys',
  'keyHash',
  'masterKey',
  'privateKey',
  'privateJwk',
  'secretKey',
  'signingKey',
  'accessKey',
  'authorization',
  'cookie',
  'cookies',
  'credentials',
  'signature',
  'otp',
  'totp',
  'totpSeed',
];

/** `apiKey` as a pattern that also takes `api-key` and `API_KEY`, for use with the flag `i`. */
const spelled = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '[-_]?');

/** The end of a secret name, for patterns with the flag `i`. */
export const SECRET_ENDING = `(?:${ENDINGS.map(spelled).join('|')})`;

const SECRET_NAME = new RegExp(`${SECRET_ENDING}$`, 'i');

/** Whether a variable or member of that name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

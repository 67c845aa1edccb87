import { parseKeyRing } from '../keys/key-ring.ts';
import type { Environment } from '../sources/environment.ts';

/** Passwords that databases come with, or that documents and tutorials name. */
const KNOWN_PASSWORDS = new Set([
  'taosdata',
  'quotefleet',
  'postgres',
  'password',
  'passwd',
  'secret',
  'admin',
  'root',
  'redis',
  'influx',
  'influxdb',
  'test',
  'guest',
  'user',
  'default',
  'example',
  'changeme',
  'changemeplease',
  'letmein',
  '123456',
  '12345678',
]);
/** What of a longer value gives it away as an example. */
const EXAMPLE = /change[-_ ]?me|example|placeholder|your[-_ ]|insert[-_ ]|dummy|bootstrap[-_]key|test[-_]key/i;
/** The key in the vectors of the Fernet specification. */
const PUBLISHED_KEYS = ['cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='];

const KEY_NAMES = /^QF_(\w+_)?(API_KEY|API_KEYS|SECRET|SECRETS|TOKEN|TOKENS)$/;
const PASSWORD_NAMES = /^QF_(\w+_)?PASSWORD$/;
const URL_NAMES = /^QF_(\w+_)?URLS?$/;

const KEY_CHARS_MIN = 24;
const KEY_DISTINCT_MIN = 10;
const PASSWORD_CHARS_MIN = 12;

/** What is wrong with the secrets of an environment, a sentence each that names the variable and not its value. */
export function defaultSecretFaults(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const fault = faultOf(name, value, env);
    return fault === undefined ? [] : [`${name}: ${fault}`];
  });
}

function faultOf(name: string, value: string, env: Environment): string | undefined {
  if (name === 'QF_MASTER_KEY') return masterKeyFault(value);
  if (KEY_NAMES.test(name)) return value.split(',').map(keyFault).find(Boolean);
  if (PASSWORD_NAMES.test(name)) return passwordFault(value);
  if (URL_NAMES.test(name))
    return value
      .split(',')
      .map((url) => urlFault(url.trim(), isTdengine(name, env)))
      .find(Boolean);
  return undefined;
}

function keyFault(key: string): string | undefined {
  if (EXAMPLE.test(key)) return 'is an example, expected a random key';
  if (key.length < KEY_CHARS_MIN) return `expected at least ${KEY_CHARS_MIN} characters, was ${key.length}`;
  const distinct = new Set(key).size;
  return distinct < KEY_DISTINCT_MIN ? `expected a random key, was made of ${distinct} characters only` : undefined;
}

function passwordFault(password: string): string | undefined {
  if (isKnownPassword(password)) return 'is a password that everybody knows';
  if (password.length >= PASSWORD_CHARS_MIN) return undefined;
  return `expected a password of at least ${PASSWORD_CHARS_MIN} characters, was ${password.length}`;
}

/** A server on loopback is nobody's but this machine's, so its password may be what it came with. */
function urlFault(text: string, isTdengineUrl: boolean): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { hostname, username, password } = new URL(text);
  if (isLoopback(hostname)) return undefined;
  // Its driver falls back to what TDengine comes with.
  if (isTdengineUrl && password === '') return 'names no password, which means the one TDengine comes with';
  if (password === '') return undefined;
  const plain = decode(password);
  return isKnownPassword(plain) || plain === decode(username) ? 'holds a password that everybody knows' : undefined;
}

function masterKeyFault(text: string): string | undefined {
  const published = PUBLISHED_KEYS.map((key) => parseKeyRing(key).primary.id);
  return parseKeyRing(text).keys.some(({ id }) => published.includes(id))
    ? 'is a key published as an example'
    : undefined;
}

function isTdengine(name: string, env: Environment): boolean {
  const driver = name === 'QF_TSDB_URL' ? env.QF_TSDB : name === 'QF_TSDB_SECONDARY_URL' ? env.QF_TSDB_SECONDARY : '';
  return driver === 'tdengine';
}

/** Whether everybody knows a password. */
export function isKnownPassword(password: string): boolean {
  return KNOWN_PASSWORDS.has(password.toLowerCase().replaceAll(/[-_ !]/g, '')) || EXAMPLE.test(password);
}

function isLoopback(hostname: string): boolean {
  return hostname === '' || hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

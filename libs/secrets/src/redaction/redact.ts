import { SECRET_ENDING } from './secret-names.ts';

export const REDACTED = '[redacted]';

interface Rule {
  pattern: RegExp;
  replacement: string;
}

const NAME = `[\\w-]{0,64}?${SECRET_ENDING}`;
const MEMBER = `(${NAME}|key|pass)`;

/** Tells whether any of the rules by name can apply: most lines hold no such name. */
const ANY_NAME = new RegExp(`${SECRET_ENDING}|\\bkey\\b|\\bpass\\b|[?&;](?:code|sig)=`, 'i');

/** What is secret by its name: the name stays. */
const BY_NAME: Rule[] = [
  // JSON: "name":"text", "name":[...], "name":{...}.
  {
    pattern: new RegExp(`"${MEMBER}"\\s*:\\s*(?:"(?:\\\\.|[^"\\\\])*"|\\[[^\\]]*\\]|\\{[^{}]*\\})`, 'gi'),
    replacement: `"$1":"${REDACTED}"`,
  },
  { pattern: /"(password|secret|t?otp|pin)"\s*:\s*-?\d[\d.e+-]*/gi, replacement: `"$1":"${REDACTED}"` },
  // JSON inside JSON: \"name\":\"text\".
  {
    pattern: new RegExp(`(\\\\+")${MEMBER}\\1\\s*:\\s*\\1(?:\\\\.|[^"\\\\])*?(?<!\\\\)\\1`, 'gi'),
    replacement: `$1$2$1:$1${REDACTED}$1`,
  },
  // As Node shows objects: name: 'text'.
  {
    pattern: new RegExp(`\\b${MEMBER}('?\\s*:\\s*)(\\\\*["'\`])(?:(?!\\3)(?:\\\\.|[^"\\\\]))*\\3`, 'gi'),
    replacement: `$1$2$3${REDACTED}$3`,
  },
  // A list in either of them.
  {
    pattern: new RegExp(`(\\\\*["'])${MEMBER}\\1\\s*:\\s*\\[[^\\]]*\\]`, 'gi'),
    replacement: `$1$2$1:$1${REDACTED}$1`,
  },
  // Queries, forms and settings: name=text.
  {
    pattern: new RegExp(`(\\b${NAME}|[?&;](?:code|key|sig))=[^&\\s"'\\\\#,;]+`, 'gi'),
    replacement: `$1=${REDACTED}`,
  },
  // Headers as text; a cookie header goes on to the end of the line.
  { pattern: /\b((?:proxy-)?authorization|(?:set-)?cookie)(:\s*)[^\r\n"\\]+/gi, replacement: `$1$2${REDACTED}` },
];

/** What is secret by its form, wherever it stands. */
const BY_FORM: Rule[] = [
  // scheme://user:password@host; up to the last @, since a password in a broken URL may hold anything.
  {
    pattern: /\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/"'\\:@]{0,256}):[^\s"'\\]{1,1024}@/gi,
    replacement: `$1:${REDACTED}@`,
  },
  { pattern: /\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi, replacement: `$1 ${REDACTED}` },
  // Our own API keys (qf_), refresh tokens (qfr_), signing and client secrets.
  { pattern: /\bqf[a-z]{0,2}_[\w-]{8,}/g, replacement: REDACTED },
  // JSON web tokens: {" in base64 begins every header.
  { pattern: /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, replacement: REDACTED },
  // Fernet tokens, sealed fields.
  { pattern: /\b(?:enc(?::|%3A))?gAAAA[\w-]{60,}(?:=|%3D){0,2}/g, replacement: REDACTED },
  { pattern: /\bv1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22,}/g, replacement: REDACTED },
  // Master keys: 32 bytes in URL-safe base64, padded.
  { pattern: /(?<![\w/+-])[\w-]{43}(?:=|%3D)(?![\w=])/g, replacement: REDACTED },
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    replacement: REDACTED,
  },
];

/** Shorter ones would take common words out of the log. */
const HIDDEN_CHARS_MIN = 8;
/** Every one of them is looked for in every line. */
const HIDDEN_MAX = 256;

const hidden = new Set<string>();
let hiddenPattern: RegExp | undefined;

/**
 * Has `redact` take out these very texts from now on, in the whole process: secrets of the configuration, which follow no
 * form. Texts under 8 characters are not taken.
 */
export function hideValues(values: Iterable<string>): void {
  for (const value of values) {
    if (value.length < HIDDEN_CHARS_MIN || hidden.size >= HIDDEN_MAX) continue;
    hidden.add(value);
    hidden.add(JSON.stringify(value).slice(1, -1));
    hidden.add(encodeURIComponent(value));
  }
  const longestFirst = [...hidden].sort((a, b) => b.length - a.length);
  if (longestFirst.length > 0) hiddenPattern = new RegExp(longestFirst.map(escapePattern).join('|'), 'g');
}

const escapePattern = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** `text` (a line of a log, a message, a stack) without what is secret by its name, by its form or by `hideValues`. */
export function redact(text: string): string {
  let clean = hiddenPattern === undefined ? text : text.replace(hiddenPattern, REDACTED);
  if (ANY_NAME.test(clean)) for (const rule of BY_NAME) clean = clean.replace(rule.pattern, rule.replacement);
  for (const { pattern, replacement } of BY_FORM) clean = clean.replace(pattern, replacement);
  return clean;
}

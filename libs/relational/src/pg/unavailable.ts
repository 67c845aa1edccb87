/** SQLSTATE classes and codes by which a server says "not now": the same request may succeed later. */
const UNAVAILABLE_STATES = [
  '08', // connection exceptions
  '53', // out of memory, disk or connections
  '57P', // shutting down, starting up, database dropped, idle session ended
  '57014', // statement timeout
  '58', // I/O errors of the server
  '40001', // serialization failure
  '40P01', // deadlock
  '55P03', // lock timeout
  '25006', // a standby, or a server made read-only
  '25P03', // idle in transaction for too long
];

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What pg and its pool say without a code. */
const DRIVER_MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  // TypeORM, of a transaction whose connection was lost between two of its statements.
  'Query runner already released',
  'Database connection provided by a query runner was already released',
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** True when a query failed because of the connection or the server, not because of what was asked. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return UNAVAILABLE_STATES.some((unavailable) => state.startsWith(unavailable));
  if (NETWORK_CODES.has(textOf(error, 'code') ?? '')) return true;
  const message = textOf(error, 'message');
  return message !== undefined && DRIVER_MESSAGES.some((start) => message.startsWith(start));
}

/** The five characters by which the server names an error (PostgreSQL manual, appendix A). */
export function sqlState(error: unknown): string | undefined {
  const code = textOf(error, 'code');
  // Five upper-case letters may also be a network code such as EPIPE.
  return code !== undefined && SQLSTATE.test(code) && !NETWORK_CODES.has(code) ? code : undefined;
}

/** Errors of Node's core are not `instanceof Error` in another realm, such as that of a test. */
function textOf(error: unknown, property: 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}

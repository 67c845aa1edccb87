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
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** True when a query failed because of the connection or the server, not because of what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = sqlState(error);
  if (code !== undefined) return UNAVAILABLE_STATES.some((state) => code.startsWith(state));
  if ('code' in error && typeof error.code === 'string' && NETWORK_CODES.has(error.code)) return true;
  return DRIVER_MESSAGES.some((message) => error.message.startsWith(message));
}

/** The five characters by which the server names an error (PostgreSQL manual, appendix A). */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // Five upper-case letters may also be a network code such as EPIPE.
  return SQLSTATE.test(error.code) && !NETWORK_CODES.has(error.code) ? error.code : undefined;
}

import { createServer } from 'node:net';
import { ConfigError } from '@quotefleet/service-kit';

const REASONS: Record<string, string> = {
  EADDRINUSE: 'is already in use (QF_PORT chooses another)',
  EACCES: 'may not be used by this user (QF_PORT chooses another)',
  EADDRNOTAVAIL: 'is on an address that this machine does not have (QF_HOST)',
};

/**
 * Tries the gateway's port before anything is started for it.
 * @throws ConfigError when it cannot be listened on
 */
export function assertPortFree({ host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = REASONS[cause.code ?? ''] ?? `cannot be used: ${cause.message}`;
      reject(new ConfigError(`port ${port} on ${host} ${reason}`, { cause }));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

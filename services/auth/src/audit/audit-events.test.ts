import { expect, it } from '@jest/globals';
import { createLogger, createMetrics } from '@quotefleet/service-kit';
import { createAuditEvents } from './audit-events.ts';
import type { AuditEntry } from './chain.ts';

it('logs entries and signed heads as they are: whoever keeps the log can prove what the trail was', () => {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'auth',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const events = createAuditEvents(logger, createMetrics('auth'));
  const signed = `audit_${Buffer.from('{"alg":"EdDSA"}').toString('base64url')}.${Buffer.from('{"seq":7}').toString('base64url')}.${'s'.repeat(86)}`;
  events.anchored({ seq: 7, hash: 'ab'.repeat(32), signed });
  const entry: AuditEntry = {
    ...{ seq: 7, id: 'i', at: 1, recordedAt: 2, traceId: 't', actor: 'u', client: 'k', action: 'key.use' },
    ...{ target: 'key:k', outcome: 'allowed', ips: ['10.0.0.1'], userAgent: 'curl/8' },
  };
  events.stored({ ...entry, hash: 'ab'.repeat(32) });
  const [anchor, stored] = lines.map((line) => JSON.parse(line) as object);
  expect(anchor).toMatchObject({ seq: 7, hash: 'ab'.repeat(32), anchor: signed });
  expect(stored).toMatchObject({ audit: { ...entry, hash: 'ab'.repeat(32) }, msg: 'audit' });
});

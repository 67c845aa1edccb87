import { describe, expect, it } from '@jest/globals';
import type { AuditPayload } from '@quotefleet/contracts';
import { KeyUse } from './key-use.ts';

describe('the use of keys', () => {
  it('is one event for each key, with the number of calls and where they came from', () => {
    const told: AuditPayload[] = [];
    const use = new KeyUse((entry) => told.push(entry));
    const identity = { subject: 'u', client: 'k', role: 'user', scopes: [] };
    for (let number = 0; number < 500; number++) use.add(identity, `10.0.0.${number % 100}`);
    use.add({ ...identity, client: 'other' }, '::1');
    use.flush();
    use.flush();
    expect(told).toEqual([
      {
        ...{ actor: 'u', client: 'k', action: 'key.use', target: 'key:k', outcome: 'allowed', count: 500 },
        ips: Array.from({ length: 20 }, (_, number) => `10.0.0.${number}`),
      },
      expect.objectContaining({ client: 'other', count: 1, ips: ['::1'] }),
    ]);
  });
});

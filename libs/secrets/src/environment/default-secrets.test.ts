import { describe, expect, it } from '@jest/globals';
import { generateMasterKey } from '../keys/master-key.ts';
import { defaultSecretFaults } from './default-secrets.ts';

const RANDOM = 'k3V9-qLw7_Zp2RtY8uBn5XcD';

describe('secrets that everybody knows', () => {
  it.each([
    ['QF_DATABASE_URL', 'postgres://quotefleet:quotefleet@db:5432/quotefleet'],
    ['QF_DATABASE_URL', 'postgres://postgres:Postgres@10.0.0.5/x'],
    ['QF_DATABASE_URL', 'postgres://app:app@db/x'],
    ['QF_DATABASE_URL', 'postgres://app:Change_Me@db/x'],
    ['QF_DATABASE_REPLICA_URLS', `postgres://app:${RANDOM}@a/x,postgres://app:secret@b/x`],
    ['QF_REDIS_URL', 'redis://:redis@cache:6379'],
    ['QF_TSDB_URL', 'http://root:taosdata@tdengine:6041'],
    ['QF_TSDB_URL', 'http://root:taosdata@[2001:db8::1]:6041'],
    ['QF_BOOTSTRAP_API_KEY', 'change-me-please'],
    ['QF_BOOTSTRAP_API_KEY', 'short-but-random-9f'],
    ['QF_BOOTSTRAP_API_KEY', 'a'.repeat(40)],
    ['QF_API_KEY', 'your-key-goes-here-1234567890'],
    ['QF_CSRF_SECRET', 'change-me-change-me-change-me'],
    ['QF_SMTP_PASSWORD', 'password'],
    ['QF_SMTP_PASSWORD', 'short'],
    ['QF_MASTER_KEY', 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4='],
    ['QF_MASTER_KEY', `${generateMasterKey()},cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4`],
  ])('are told by name: %s=%s', (name, value) => {
    const faults = defaultSecretFaults({ [name]: value });
    expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
    expect(faults[0]?.replace('password that', '')).not.toContain(value);
  });

  it('include the password TDengine comes with, which its driver takes where none is named', () => {
    const url = 'http://tdengine:6041';
    expect(defaultSecretFaults({ QF_TSDB: 'tdengine', QF_TSDB_URL: url })).toHaveLength(1);
    expect(defaultSecretFaults({ QF_TSDB_SECONDARY: 'tdengine', QF_TSDB_SECONDARY_URL: url })).toHaveLength(1);
    expect(defaultSecretFaults({ QF_TSDB: 'influx', QF_TSDB_URL: url })).toEqual([]);
  });

  it.each([
    ['QF_DATABASE_URL', `postgres://quotefleet:${RANDOM}@db:5432/quotefleet`],
    ['QF_DATABASE_URL', 'postgres://quotefleet:quotefleet@127.0.0.1:5432/quotefleet'],
    ['QF_DATABASE_URL', 'postgres://quotefleet:quotefleet@localhost/quotefleet'],
    ['QF_TSDB_URL', 'http://root:taosdata@[::1]:6041'],
    ['QF_DATABASE_URL', 'postgres://db/with-a-certificate'],
    ['QF_REDIS_URL', 'redis://cache:6379'],
    ['QF_BOOTSTRAP_API_KEY', `qf_${RANDOM}`],
    ['QF_MASTER_KEY', generateMasterKey()],
    ['QF_BOOTSTRAP_API_KEY', ''],
    ['OTHER_PASSWORD', 'password'],
  ])('are not seen in %s=%s', (name, value) => {
    expect(defaultSecretFaults({ [name]: value })).toEqual([]);
  });
});

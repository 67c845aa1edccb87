import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateMasterKey, parseKeyRing, redact } from '@quotefleet/secrets';
import { settleApiKey, settleMasterKey, withoutMasterKey } from './data-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'qf-data-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the secrets of a data directory', () => {
  it('are made once, for their owner alone, and kept out of the logs', () => {
    const key = settleMasterKey(dir, undefined);
    expect(parseKeyRing(key).keys).toHaveLength(1);
    expect(settleMasterKey(dir, undefined)).toBe(key);
    expect(readFileSync(join(dir, 'master-key'), 'utf8')).toBe(`${key}\n`);
    expect(statSync(join(dir, 'master-key')).mode & 0o777).toBe(0o600);
    expect(settleApiKey(dir, undefined)).toMatch(/^qf_/);
    expect(redact(`a ${key} b`)).toBe('a [redacted] b');
  });

  it('hold no copy of a master key that is kept elsewhere', () => {
    const given = generateMasterKey();
    expect(settleMasterKey(dir, given)).toBe(given);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('are not for services that seal nothing', () => {
    const env = { QF_MASTER_KEY: 'x', VAULT_TOKEN: 'x', QF_CONFIG_FILE: 'x', QF_PORT: '1' };
    const left = Object.entries(withoutMasterKey(env)).filter(([, value]) => value !== undefined);
    expect(left).toEqual([['QF_PORT', '1']]);
  });
});

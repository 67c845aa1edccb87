import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Answer, envelope, type FakeGateway, failure, startFakeGateway } from './fake-gateway.ts';
import { runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(30_000);

let cwd: string;
let gateway: FakeGateway;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'qf-audit-'));
});
afterEach(async () => {
  await gateway.close();
  rmSync(cwd, { recursive: true });
});

async function verify(answer: Answer, ...args: string[]) {
  gateway = await startFakeGateway(() => answer);
  return runCli(['audit', 'verify', ...args, '--url', gateway.url], { cwd, env: { QF_API_KEY: 'key-12345' } });
}

const INTACT = { intact: true, entries: 12, firstSeq: 1, lastSeq: 12, headHash: 'ab'.repeat(32), anchors: 3 };
const FAULT = { kind: 'missing', seq: 7, message: 'entry 7 is not there, the next one is 8' };

describe('quotefleet audit verify', () => {
  it('says that the trail is intact, and how far it was checked', async () => {
    const run = await verify({ status: 200, body: envelope(INTACT) }, '--anchor', 'audit_a.b.c');
    const line = `The audit trail is intact: 12 entries, 1 to 12, 3 signed heads, last hash ${INTACT.headHash}.\n`;
    expect(run).toEqual({ code: 0, stdout: line, stderr: '' });
    expect(gateway.requests[0]?.path).toBe('/api/v1/audit/verify?anchor=audit_a.b.c');
  });

  it('says where it was tampered with, with exit code 2', async () => {
    const verdict = { ...INTACT, intact: false, fault: FAULT };
    const run = await verify({ status: 200, body: envelope(verdict) });
    expect(run).toEqual({
      code: 2,
      stdout: `The audit trail was tampered with at entry 7 (missing): ${FAULT.message}.\n`,
      stderr: '',
    });
    await gateway.close();
    const json = await verify({ status: 200, body: envelope(verdict) }, '--json');
    expect([json.code, JSON.parse(json.stdout)]).toEqual([2, verdict]);
  });

  it('says that it may not ask', async () => {
    const run = await verify({ status: 403, body: failure('FORBIDDEN', 'this endpoint needs the scope admin') });
    expect(run).toEqual({ code: 1, stdout: '', stderr: 'this endpoint needs the scope admin\n' });
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { useGateway } from './fleet-fixture.ts';
import { KEY_ID, playSigningKey, SECRET } from './sign-request.ts';

const run = promisify(execFile);
const PAGE = new URL('../../docs/signing.md', import.meta.url);

describe('the examples of how to sign', () => {
  let dir: string;
  const fixture = useGateway();
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'quotefleet-signing-'));
    playSigningKey(fixture.fleet.auth);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.each([
    ['python', 'example.py', ['python3']],
    ['typescript', 'example.ts', [process.execPath, '--disable-warning=ExperimentalWarning']],
    ['sh', 'example.sh', ['sh']],
  ])('run: %s', async (language, name, [command = '', ...options]) => {
    const page = await readFile(PAGE, 'utf8');
    const code = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
    // Of an ES module wherever it lies.
    await writeFile(join(dir, 'package.json'), '{"type":"module"}');
    await writeFile(join(dir, name), code);
    const { PATH } = process.env;
    const env = { PATH, QF_URL: fixture.gateway.url, QF_SIGNING_KEY: KEY_ID, QF_SIGNING_SECRET: SECRET };
    const { stdout } = await run(command, [...options, join(dir, name)], { env });
    expect(stdout.trim().split('\n')).toEqual(['200', '200']);
  });
});

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SEALED_COLUMNS } from '@quotefleet/auth/sealed-columns';
import { createFieldCipher, createSecretManager, generateMasterKey, parseKeyRing } from '@quotefleet/secrets';
import { describeWith, isolatedDatabase, waitUntil } from '@quotefleet/testing';
import pg from 'pg';
import { type CliRun, runCli } from './run-cli.ts';

// Each starts processes: on a busy machine that takes a while.
jest.setTimeout(60_000);

const [oldKey, newKey, lostKey] = [generateMasterKey(), generateMasterKey(), generateMasterKey()];
const during = { QF_MASTER_KEY: `${newKey},${oldKey}` };
const sealedBy = (key: string, text: string) => createSecretManager(parseKeyRing(key)).seal(text);
const opened = (value: string, key = newKey) => createSecretManager(parseKeyRing(key)).open('it', value);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'qf-secrets-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const secrets = (args: string[], env: Record<string, string> = {}, input?: string) =>
  runCli(['secrets', ...args], { cwd, env, ...(input === undefined ? {} : { input }) });

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return join(cwd, name);
}

describe('secrets generate-key', () => {
  it('prints a key, or keeps it in a file for its owner', async () => {
    const { stdout } = await secrets(['generate-key']);
    expect(parseKeyRing(stdout).keys).toHaveLength(1);
    expect(await secrets(['generate-key', '--out', 'key'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^key \w{8} /),
    });
    expect(statSync(join(cwd, 'key')).mode & 0o777).toBe(0o600);
    expect(await secrets(['encrypt'], { QF_MASTER_KEY_FILE: join(cwd, 'key') }, 'x')).toMatchObject({ code: 0 });
    expect(await secrets(['generate-key', '--out', 'key'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is a file'),
    });
  });
});

describe('secrets encrypt', () => {
  it.each([
    ['encrypt', 'hush-hush'],
    ['encrypt', '--value=hush-hush'],
    ['decrypt', '-hush-hush'],
    ['encrypt', '--data-dir', '.', 'hush-hush'],
  ])('does not repeat what it was given in place of standard input: %s %s', async (...args) => {
    const { code, stdout, stderr } = await secrets(args, { QF_MASTER_KEY: newKey }, 'x');
    expect(code).toBe(1);
    expect(stderr).toContain('the value is read from standard input');
    expect(stdout + stderr).not.toContain('hush');
    expect(stdout).toBe('');
  });

  it('seals standard input, less the line end of a shell, and decrypt opens it', async () => {
    const { stdout, code } = await secrets(['encrypt'], { QF_MASTER_KEY: newKey }, ' p@ss 密\n');
    expect([code, opened(stdout.trim())]).toEqual([0, ' p@ss 密']);
    expect(await secrets(['decrypt'], { QF_MASTER_KEY: newKey }, stdout)).toMatchObject({
      code: 0,
      stdout: ' p@ss 密\n',
    });
  });

  it('says which key it lacks', async () => {
    expect(await secrets(['encrypt'], {}, 'x')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no master key'),
    });
    expect(await secrets(['encrypt'], { QF_MASTER_KEY: newKey }, '')).toMatchObject({ code: 1 });
    expect(await secrets(['decrypt'], { QF_MASTER_KEY: newKey }, sealedBy(lostKey, 'x'))).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('uses the key in a data directory', async () => {
    writeFileSync(join(cwd, 'master-key'), `${newKey}\n`, { mode: 0o600 });
    const { stdout } = await secrets(['encrypt', '--data-dir', cwd], {}, 'x');
    expect(opened(stdout.trim())).toBe('x');
  });
});

const ENV_FILE = (value: string) =>
  [
    '# sealed: do not edit by hand',
    `QF_DATABASE_URL=${value}`,
    `export QF_BOOTSTRAP_API_KEY="${value}" # a comment`,
    'QF_PORT=8080',
    '',
  ].join('\n');

describe('secrets rotate', () => {
  it('seals what is sealed anew, in place, and leaves the rest to the letter', async () => {
    const path = file('fleet.env', ENV_FILE(sealedBy(oldKey, 'value')));
    chmodSync(path, 0o640);
    symlinkSync(path, join(cwd, 'link.env'));
    expect(await secrets(['rotate', 'link.env'], during)).toMatchObject({
      code: 0,
      stdout: 'link.env: 2 values sealed anew\n',
    });
    const text = readFileSync(path, 'utf8');
    const values = text.match(/enc:[\w-]+=*/g) ?? [];
    expect(values.map((value) => opened(value))).toEqual(['value', 'value']);
    expect(values.reduce((rest, value) => rest.replace(value, 'enc'), text)).toBe(ENV_FILE('enc'));
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await secrets(['rotate', 'fleet.env'], during)).toMatchObject({
      code: 0,
      stdout: 'fleet.env: 0 values sealed anew\n',
    });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('keeps comments and shape of YAML', async () => {
    const text = (value: string) => `# top\nauth:\n  url: &u ${value} # why\n  list: ["${value}"]\n`;
    const path = file('values.yaml', text(sealedBy(oldKey, 'x')));
    expect(await secrets(['rotate', path], during)).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8').replaceAll(/enc:[\w-]+=*/g, 'enc')).toBe(text('enc'));
  });

  it('leaves a file alone that holds a value it cannot open, and still does the others', async () => {
    const bad = ENV_FILE(sealedBy(oldKey, 'x')).replace('QF_PORT=8080', `QF_X=${sealedBy(lostKey, 'x')}`);
    file('bad.env', bad);
    file('good.env', ENV_FILE(sealedBy(oldKey, 'x')));
    const run = await secrets(['rotate', 'bad.env', 'none.env', 'good.env'], during);
    expect(run).toMatchObject({ code: 1, stdout: 'good.env: 2 values sealed anew\n' });
    expect(run.stderr).toMatch(/^bad\.env: left as it is \(line 4: .*\)\nnone\.env: left as it is \(ENOENT\)\n$/);
    expect(readFileSync(join(cwd, 'bad.env'), 'utf8')).toBe(bad);
  });
});

describe('secrets check', () => {
  const check = (args: string[], env: Record<string, string> = { QF_MASTER_KEY: newKey }) =>
    secrets(['check', ...args], env);

  it('is content with sealed secrets', async () => {
    file('fleet.env', ENV_FILE(sealedBy(newKey, 'postgres://app:k3V9-qLw7Zp2RtY8uBn5@db/x')));
    expect(await check(['fleet.env'])).toMatchObject({
      code: 0,
      stdout: 'Every secret is sealed with the key in force.\n',
    });
  });

  it('tells plain, old and known secrets by file, line and name', async () => {
    file(
      'a.env',
      `QF_PORT=1\nQF_BOOTSTRAP_API_KEY=k3V9-qLw7_Zp2RtY8uBn5XcD\nQF_DATABASE_URL=${sealedBy(oldKey, 'postgres://quotefleet:quotefleet@db/x')}\n`,
    );
    file(
      'b.yaml',
      'services:\n  auth:\n    environment:\n      - QF_REDIS_URL=redis://:S3CRET-enough@cache\n      - name: SMTP_PASSWORD\n        value: S3CRET\n',
    );
    const run = await check(['a.env', 'b.yaml'], during);
    expect(run.code).toBe(2);
    expect(run.stdout.split('\n')).toEqual([
      'a.env:2: QF_BOOTSTRAP_API_KEY: is plain text',
      'a.env:3: QF_DATABASE_URL: is sealed with an old key (see secrets rotate)',
      'a.env:3: QF_DATABASE_URL: holds a password that everybody knows',
      'b.yaml:4: QF_REDIS_URL: is plain text',
      'b.yaml:5: SMTP_PASSWORD: is plain text',
      '',
    ]);
  });

  it('tells values that cannot be opened, without the key too', async () => {
    file('a.env', `A=${sealedBy(lostKey, 'x')}\n`);
    expect(await check(['a.env'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('a.env:1: A: cannot be opened'),
    });
    expect(await check(['a.env'], {})).toMatchObject({
      code: 1,
      stdout: 'a.env:1: A: is sealed, and there is no master key\n',
    });
  });

  it('looks at the environment where no file is named', async () => {
    const env = { QF_MASTER_KEY: newKey, QF_API_KEY: 'change-me', OTHER_TOKEN: 'x', QF_X: sealedBy(newKey, 'x') };
    const run = await check([], env);
    expect(run).toMatchObject({ code: 2 });
    expect(run.stdout).toBe('QF_API_KEY: is plain text\nQF_API_KEY: is an example, expected a random key\n');
  });

  it('repeats nothing of a file it cannot parse', async () => {
    file('bad.yaml', 'a: [S3CRET: }');
    const run = await check(['bad.yaml']);
    expect(run).toMatchObject({ code: 1, stderr: 'bad.yaml:1: expected YAML or JSON\n' });
  });
});

describe('other commands', () => {
  const url = 'http://127.0.0.1:1';

  it('open sealed variables, and name the one that cannot be', async () => {
    const QF_API_KEY = sealedBy(newKey, 'qf_the-key');
    expect(
      (await runCli(['status', '--url', url], { cwd, env: { QF_MASTER_KEY: newKey, QF_API_KEY } })).stdout,
    ).toContain('does not answer');
    const refused: CliRun = await runCli(['status', '--url', url], {
      cwd,
      env: { QF_MASTER_KEY: lostKey, QF_API_KEY },
    });
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^QF_API_KEY: was sealed with a key that is not/),
    });
  });

  it('hide passwords in what they complain of, and their arguments from the list of processes', async () => {
    const bad = await runCli(['status', '--url', 'postgres://u:S3CRET@:bad'], { cwd });
    expect(bad).toMatchObject({ code: 1, stderr: expect.not.stringContaining('S3CRET') });
    if (process.platform !== 'linux') return;
    const main = resolve(import.meta.dirname, '../src/main.ts');
    const child = spawn(process.execPath, [main, 'secrets', 'encrypt', '--data-dir', '/S3CRET'], { cwd, env: during });
    const argv = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    await waitUntil(() => argv().startsWith('quotefleet'));
    expect(argv()).not.toContain('S3CRET');
    child.stdin.end('x');
    await new Promise((done) => child.once('close', done));
  });
});

describeWith('postgres', 'secrets rotate --database', (servers) => {
  const database = isolatedDatabase(servers);

  it('seals the columns of auth anew, from a sealed URL, and names rows it cannot open', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query('CREATE SCHEMA auth');
      for (const { table, key, column, isJson, index } of SEALED_COLUMNS) {
        await client.query(`CREATE TABLE IF NOT EXISTS ${table} (${key} text PRIMARY KEY)`);
        await client.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${isJson ? 'jsonb' : 'text'}`);
        if (index) await client.query(`ALTER TABLE ${table} ADD COLUMN ${index.column} text`);
      }
      const old = createFieldCipher(parseKeyRing(oldKey)).seal('signing_keys.private_jwk', '{"d":"1"}', 'k1');
      await client.query('INSERT INTO auth.signing_keys VALUES ($1, $2)', ['k1', { sealed: old }]);
      const env = { ...during, QF_DATABASE_URL: sealedBy(oldKey, database.url) };
      expect(await secrets(['rotate', '--database'], env)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('auth.signing_keys.private_jwk: 1 sealed anew'),
      });
      const { rows } = await client.query('SELECT private_jwk FROM auth.signing_keys');
      const cipher = createFieldCipher(parseKeyRing(newKey));
      expect(cipher.open('signing_keys.private_jwk', rows[0].private_jwk.sealed, 'k1')).toBe('{"d":"1"}');
      const lost = await secrets(['rotate', '--database', '--database-url', database.url], { QF_MASTER_KEY: lostKey });
      expect(lost).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('auth.signing_keys.private_jwk: row k1 cannot be opened'),
      });
    } finally {
      await client.end();
    }
  });

  it('says that a database is away, without its password', async () => {
    const env = { ...during, QF_DATABASE_URL: 'postgres://u:S3CRET@127.0.0.1:1/x' };
    const run = await secrets(['rotate', '--database'], env);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('the database cannot be reached') });
    expect(run.stderr).not.toContain('S3CRET');
  });
});

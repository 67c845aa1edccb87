import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inspectProcess } from '../src/leftover.ts';
import { startPostgres } from '../src/postgres.ts';

const START_TIMEOUT_MS = 60_000;

describe('a server whose owner is killed with SIGKILL', () => {
  it(
    'is gone by the next start on its directory, which finds the data whole',
    async () => {
      const parent = mkdtempSync(join(tmpdir(), 'quotefleet-orphan-'));
      const dataDir = join(parent, 'postgres');
      const postgres = join(import.meta.dirname, '..', 'src', 'postgres.ts');
      const program = `const { startPostgres } = await import(${JSON.stringify(postgres)});
        const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, persistent: true });
        process.stdout.write(String(server.pid));`;
      const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await Promise.race([once(owner.stdout, 'data'), once(owner, 'exit')])) as [Buffer | number];
      const pid = Number(said);
      expect(inspectProcess(pid)?.command).toContain(dataDir);
      owner.kill('SIGKILL');
      await once(owner, 'exit');
      const next = await startPostgres({ dataDir, persistent: true });
      expect(inspectProcess(pid)).toBeUndefined();
      await next.stop();
      rmSync(parent, { recursive: true, force: true });
    },
    START_TIMEOUT_MS,
  );
});

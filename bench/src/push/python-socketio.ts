import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listening, type PushServer, type PushWork } from './push-server.ts';

const run = promisify(execFile);
const SERVER = fileURLToPath(new URL('./python_socketio_server.py', import.meta.url));
const INSTALL_TIMEOUT_MS = 120_000;

/** python-socketio, in an environment of its own that is gone afterwards. */
export interface PythonSocketIo {
  start(work: PushWork): Promise<PushServer>;
  remove(): void;
}

/** Installs it; the reason where python3 or a package index lacks. */
export async function installPythonSocketIo(): Promise<PythonSocketIo | string> {
  const home = await mkdtemp(join(tmpdir(), 'bench-python-'));
  const remove = () => rmSync(home, { recursive: true, force: true });
  const python = join(home, 'bin/python');
  try {
    await run('python3', ['-m', 'venv', home], { timeout: INSTALL_TIMEOUT_MS });
    const packages = ['python-socketio', 'aiohttp'];
    await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    remove();
    return `not measured: ${String(error).split('\n')[0]?.slice(0, 160)}`;
  }
  return { start: (work) => listening(python, [SERVER, JSON.stringify(work)]), remove };
}

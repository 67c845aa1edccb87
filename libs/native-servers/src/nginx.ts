import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNative } from './find-native.ts';
import { assertPortFree, freePort } from './free-port.ts';
import { launch, type ServerProcess } from './server-process.ts';

export interface NginxOptions {
  /** What stands inside `http { }` for servers that listen on `port`. */
  http: (port: number) => string;
  port?: number;
  log?: (line: string) => void;
}

export interface NginxServer extends ServerProcess {
  url: string;
  port: number;
}

/** Starts the machine's nginx with one worker, on a configuration of our own. */
export async function startNginx(options: NginxOptions): Promise<NginxServer> {
  const found = findNative();
  if (!found.nginx) throw new Error(found.missing.nginx);
  const dir = mkdtempSync(join(tmpdir(), 'quotefleet-nginx-'));
  const port = options.port ?? (await freePort());
  await assertPortFree(port, 'nginx');
  const config = join(dir, 'nginx.conf');
  writeFileSync(config, nginxConfig(dir, options.http(port)));
  const removeDirectory = () => rmSync(dir, { recursive: true, force: true });
  try {
    const server = await launch({
      name: 'nginx',
      command: found.nginx,
      args: ['-p', dir, '-c', config, '-e', 'stderr'],
      cwd: dir,
      isReady: (line) => line.includes('start worker process '),
      readyTimeoutMs: 20_000,
      stopSignal: 'SIGTERM',
      log: options.log,
    });
    const stop = async () => {
      await server.stop();
      removeDirectory();
    };
    return { ...server, stop, url: `http://127.0.0.1:${port}`, port };
  } catch (error) {
    removeDirectory();
    throw error;
  }
}

function nginxConfig(dir: string, http: string): string {
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log stderr notice;
events { worker_connections 16384; }
http {
  access_log off;
  ${bodies.map((name) => `${name}_temp_path ${dir}/${name};`).join('\n  ')}
${http}
}
`;
}

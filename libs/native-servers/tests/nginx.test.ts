import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freePort } from '../src/free-port.ts';
import { type NginxServer, startNginx } from '../src/nginx.ts';
import { describeNative } from './describe-native.ts';

describeNative('nginx', 'an nginx of our own', () => {
  let nginx: NginxServer | undefined;
  let upstream = createServer();
  let upstreamPort = 0;
  beforeEach(async () => {
    upstreamPort = await freePort();
    upstream = createServer((request, response) => response.end(`upstream saw ${request.url}`));
    await new Promise<void>((resolve) => void upstream.listen(upstreamPort, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await nginx?.stop();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  it('serves what it is told, and frees its port', async () => {
    const http = (port: number) =>
      `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstreamPort}; } }`;
    nginx = await startNginx({ http });
    const answer = await fetch(`${nginx.url}/a?b=1`);
    expect(await answer.text()).toBe('upstream saw /a?b=1');
    await nginx.stop();
    await expect(fetch(nginx.url)).rejects.toThrow();
    nginx = await startNginx({ http, port: nginx.port });
    expect((await fetch(nginx.url)).status).toBe(200);
  });

  it('says what is wrong with a configuration', async () => {
    await expect(startNginx({ http: () => 'nonsense on;' })).rejects.toThrow(/unknown directive "nonsense"/);
  });
});

import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '@quotefleet/testing';
import { startFixture } from './fixture.ts';

const CLOSED = '/api/v1/historical/stock/600519.SH?period=1d&start=2024-01-01&end=2024-01-31';

describe('a second level that fails', () => {
  it('is a miss where nobody listens', async () => {
    const fixture = await startFixture({ env: { QF_REDIS_URL: `redis://127.0.0.1:${await freePort()}` } });
    expect(await fixture.get(CLOSED)).toMatchObject({ status: 200, source: 'miss' });
    expect(await fixture.get(CLOSED)).toMatchObject({ status: 200, source: 'hit' });
    await fixture.stop();
  });

  it('is a miss where it takes connections and never answers', async () => {
    const mute = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
    const port = await freePort();
    await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
    const fixture = await startFixture({ env: { QF_REDIS_URL: `redis://127.0.0.1:${port}` } });
    const startedMs = performance.now();
    expect(await fixture.get(CLOSED)).toMatchObject({ status: 200, source: 'miss' });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await fixture.stop();
    mute.close();
  });
});

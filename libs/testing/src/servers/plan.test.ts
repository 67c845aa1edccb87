import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { dockerAnswers } from './docker.ts';
import { makePlan, missingServers } from './plan.ts';

const noDocker = 'unix:///nowhere/docker.sock';
const bare = {
  missing: {
    redis: 'no redis-server',
    kafka: 'no jars',
    java: 'no java',
    influx: 'no influxd',
    mariadb: 'no mariadbd',
  },
};

describe('the plan of servers', () => {
  it('takes a given address before anything else', async () => {
    const config = {
      given: { redis: 'redis://r', kafka: 'k:1', tdengine: 'ws://t', influx: 'http://i', mariadb: 'mysql://m' },
      required: [],
      dockerHost: noDocker,
    };
    expect(await makePlan(config, bare)).toEqual({
      postgres: { from: 'native' },
      redis: { from: 'given', address: 'redis://r' },
      kafka: { from: 'given', address: 'k:1' },
      tdengine: { from: 'given', address: 'ws://t' },
      influx: { from: 'given', address: 'http://i' },
      mariadb: { from: 'given', address: 'mysql://m' },
    });
  });

  it('says why a server cannot be had', async () => {
    const plan = await makePlan({ given: {}, required: [], dockerHost: noDocker }, bare);
    expect(missingServers(plan)).toEqual({
      redis: 'no redis-server; no Docker daemon answers',
      kafka: 'no jars; no Docker daemon answers',
      tdengine: 'QF_TDENGINE_URL names no server',
      influx: 'no influxd',
      mariadb: 'no mariadbd',
    });
  });

  it('uses native servers where no Docker daemon answers', async () => {
    const plan = await makePlan({ given: {}, required: [], dockerHost: noDocker }, { missing: {} });
    expect(plan).toMatchObject({
      redis: { from: 'native' },
      kafka: { from: 'native' },
      influx: { from: 'native' },
      mariadb: { from: 'native' },
    });
  });

  it('uses a Docker daemon that answers, for redis and kafka alone', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'quotefleet-docker-'));
    const socket = join(dir, 'docker.sock');
    const daemon = createServer((_request, response) => void response.end('OK')).listen(socket);
    const plan = await makePlan({ given: {}, required: [], dockerHost: `unix://${socket}` }, bare);
    daemon.close();
    rmSync(dir, { recursive: true });
    expect(plan).toMatchObject({ postgres: { from: 'native' }, redis: { from: 'docker' }, kafka: { from: 'docker' } });
    expect(plan).toMatchObject({ influx: { from: 'nowhere' }, mariadb: { from: 'nowhere' } });
  });
});

describe('asking a Docker daemon', () => {
  it('gives up within two seconds when the daemon accepts and stays silent', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const asked = performance.now();
    expect(await dockerAnswers(`tcp://127.0.0.1:${port}`)).toBe(false);
    expect(performance.now() - asked).toBeLessThan(2_000);
    silent.closeAllConnections();
    silent.close();
  });

  it('takes an address that is none for no daemon', async () => {
    expect(await dockerAnswers('nonsense')).toBe(false);
  });
});

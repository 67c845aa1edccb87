import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { describeWith } from './describe-with.ts';
import { isolatedDatabase } from './postgres-handle.ts';

describeWith('postgres', 'a block that asks for postgres', (servers) => {
  const database = isolatedDatabase(servers);

  it('has a database of its own', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const answer = await client.query(
      'SELECT current_database() AS name, pg_database_size(current_database()) > 0 AS made',
    );
    await client.end();
    expect(answer.rows).toEqual([{ name: expect.stringMatching(/^test_/), made: true }]);
  });
});

describeWith('redis', 'a block that asks for redis', (servers) => {
  it('talks to it', async () => {
    const redis = new Redis(servers.redis.url);
    await redis.set('greeting', 'ni hao');
    expect(await redis.get('greeting')).toBe('ni hao');
    await redis.quit();
  });
});

describeWith('influx', 'a block that asks for influx', (servers) => {
  it('talks to it', async () => {
    expect(await fetch(new URL('/ping', servers.influx.url))).toMatchObject({ status: 204 });
  });
});

describeWith('mariadb', 'a block that asks for mariadb', (servers) => {
  it('talks to it', async () => {
    const connection = await mysql.createConnection(servers.mariadb.url);
    const [rows] = await connection.query('SELECT 1 AS one');
    await connection.end();
    expect(rows).toEqual([{ one: 1 }]);
  });
});

describeWith('kafka', 'a block that asks for kafka', (servers) => {
  it('talks to it', async () => {
    const admin = new Kafka({ brokers: servers.kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toHaveLength(1);
    await admin.disconnect();
  });
});

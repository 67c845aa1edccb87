import { describe, expect, it } from '@jest/globals';
import { readTestConfig } from './config.ts';

describe('the settings of a test run', () => {
  it('ask for nothing and give nothing by default', () => {
    expect(readTestConfig({})).toEqual({ given: {}, required: [], dockerHost: undefined });
  });

  it('take addresses of running servers', () => {
    const { given } = readTestConfig({
      QF_TEST_KAFKA_BROKERS: 'a:1,b:2',
      QF_TDENGINE_URL: 'ws://t',
      QF_TEST_REDIS_URL: '',
      QF_TEST_INFLUX_URL: 'http://i',
      QF_TEST_MARIADB_URL: 'mysql://m',
    });
    expect(given).toEqual({ kafka: 'a:1,b:2', tdengine: 'ws://t', influx: 'http://i', mariadb: 'mysql://m' });
  });

  it('refuse a required server that nobody knows', () => {
    expect(readTestConfig({ QF_REQUIRE: 'postgres, kafka' }).required).toEqual(['postgres', 'kafka']);
    expect(() => readTestConfig({ QF_REQUIRE: 'postgre' })).toThrow(
      'QF_REQUIRE: expected names out of postgres, redis, kafka, tdengine, influx, mariadb, found "postgre"',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseEndpoint } from './parse-endpoint.ts';

const configured = {
  databaseUrl: 'postgres://u:secret@db:5432/fleet',
  timeSeries: { driver: 'influx', url: 'https://u:secret@tsdb:8086/' },
} as const;

describe('parseEndpoint', () => {
  it('names a database without its password, and keeps that for the connection', () => {
    expect(parseEndpoint('mysql://root:secret@host:3306/quotes', {})).toEqual({
      kind: 'mysql',
      label: 'mysql://host:3306/quotes',
      url: 'mysql://root:secret@host:3306/quotes',
    });
    expect(parseEndpoint('postgresql://u:secret@host/db?schema=old', {})).toEqual({
      kind: 'store',
      label: 'postgres://host/db?schema=old',
      driver: 'postgres',
      url: 'postgresql://u:secret@host/db',
      name: 'old',
    });
  });

  it('speaks HTTP to TDengine and InfluxDB, about the database of the path', () => {
    expect(parseEndpoint('influx://u:secret@host:8086/bars', {})).toEqual({
      kind: 'store',
      label: 'influx://host:8086/bars',
      driver: 'influx',
      url: 'http://u:secret@host:8086/',
      name: 'bars',
    });
    expect(parseEndpoint('tdengine://host:6041', {})).toMatchObject({ url: 'http://host:6041/', name: 'market' });
  });

  it('takes db and tsdb for the databases of the fleet', () => {
    expect(parseEndpoint('db', configured)).toMatchObject({ label: 'postgres://db:5432/fleet', name: 'market' });
    expect(parseEndpoint('tsdb', configured)).toMatchObject({
      label: 'influx://tsdb:8086/market',
      url: 'https://u:secret@tsdb:8086/',
    });
    expect(() => parseEndpoint('tsdb', {})).toThrow(
      "'tsdb' is not known here: name the database with --tsdb-url or QF_TSDB_URL",
    );
  });

  it('refuses anything else in a sentence without passwords', () => {
    expect(() => parseEndpoint('mysql://root:secret@host', {})).toThrow(
      /^mysql:\/\/root:\*\*\*@host names no database/,
    );
    expect(() => parseEndpoint('mongodb://root:secret@host/x', {})).toThrow(/, was 'mongodb:\/\/root:\*\*\*@host\/x'$/);
    expect(() => parseEndpoint('', {})).toThrow(/^expected tsdb, db, mysql:.*, was ''$/);
  });
});

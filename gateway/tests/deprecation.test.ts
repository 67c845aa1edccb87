import { afterAll, describe, expect, it } from '@jest/globals';
import { type Endpoint, marketApi } from '@quotefleet/contracts';
import { createClientLabels } from '../src/deprecation/client-labels.ts';
import { call, useGateway } from './fleet-fixture.ts';

// Nothing is deprecated yet: the tests say so of two endpoints before the gateway makes its routes of them.
const quote: Endpoint = marketApi.realtimeStock;
const calendar: Endpoint = marketApi.tradeCalendar;
const note = 'It is only left for the test';
quote.deprecated = { since: '2026-12-01', sunset: '2027-09-01', note };
calendar.deprecated = { since: '2026-12-01', sunset: '2027-09-01', successor: '/api/v2/days', note };

describe('an endpoint that leaves', () => {
  const fixture = useGateway();
  afterAll(() => {
    delete quote.deprecated;
    delete calendar.deprecated;
  });

  it('says since when, until when and where to go, on errors too', async () => {
    for (const key of ['user-key', 'wrong']) {
      const { headers, status } = await call(fixture, '/api/v1/realtime/stock/600519.SH', { key });
      expect(status).toBe(key === 'wrong' ? 401 : 200);
      expect(headers.get('deprecation')).toBe('@1796083200');
      expect(headers.get('sunset')).toBe('Wed, 01 Sep 2027 00:00:00 GMT');
      expect(headers.get('link')).toBe(
        '</api/docs/migration>; rel="deprecation"; type="text/html", </api/docs/migration>; rel="sunset"; type="text/html", ' +
          '</api/v2/realtime/stock/600519.SH>; rel="successor-version"',
      );
    }
    const { headers } = await call(fixture, '/api/v1/calendar', { key: 'user-key' });
    expect(headers.get('link')).toContain('</api/v2/days>; rel="successor-version"');
  });

  it('is not its v2, nor any other', async () => {
    for (const path of ['/api/v2/realtime/stock/600519.SH', '/api/v1/stocks/list']) {
      const { headers } = await call(fixture, path, { key: 'user-key' });
      expect([headers.get('deprecation'), headers.get('sunset'), headers.get('link')]).toEqual([null, null, null]);
    }
  });

  it('counts who still calls it', async () => {
    await call(fixture, '/api/v1/realtime/stock/600519.SH', { key: 'service-key' });
    const text = await (await fetch(`${fixture.gateway.url}/metrics`)).text();
    expect(text).toMatch(/^deprecated_calls_total\{.*endpoint="realtimeStock",client="k2".*\} 1$/m);
    expect(text).not.toContain('endpoint="realtimeStockV2"');
  });
});

describe('the labels of clients', () => {
  it('are bounded: who comes late is one of the others', () => {
    const labelOf = createClientLabels();
    const identity = (client: string) => ({ subject: 's', client, role: 'user', scopes: [] });
    const labels = Array.from({ length: 1000 }, (_, index) => labelOf(identity(`k${index}`)));
    expect(new Set(labels).size).toBe(201);
    expect(labelOf(identity('k0'))).toBe('k0');
    expect(labelOf(identity('k999'))).toBe('other');
    expect(labelOf(undefined)).toBe('anonymous');
  });
});

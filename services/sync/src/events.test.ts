import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics } from '@quotefleet/service-kit';
import { SyncEvents } from './events.ts';

describe('SyncEvents', () => {
  it('raises the alarm once when the lag passes five seconds, and says when it is over', async () => {
    const { events, lines, metrics } = createEvents();
    for (const lagMs of [4000, 6000, 7000, 100])
      events.measured({ pending: 9, failed: 0, lagMs }, { lagAlarmMs: 5000 });
    expect(lines().map(({ level, msg }) => [level, msg])).toEqual([
      [50, 'the outbox lags behind'],
      [30, 'the outbox has caught up'],
    ]);
    expect(await metrics.registry.metrics()).toContain('outbox_lag_seconds{service="sync"} 0.1');
  });

  it('says once that bus or database is away, and once that it is back', () => {
    const { events, lines } = createEvents();
    events.outage(new Error('away'));
    events.outage(new Error('away'));
    events.recovered();
    events.recovered();
    expect(lines().map(({ level }) => level)).toEqual([40, 30]);
  });

  it('reports dead letters as something to act on', () => {
    const { events, lines } = createEvents();
    events.relayed({ busy: false, published: 1, retrying: 0, deadLettered: 2 });
    expect(lines()).toMatchObject([{ level: 50, deadLettered: 2 }]);
  });
});

function createEvents() {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const metrics = createMetrics('sync');
  const events = new SyncEvents(createLogger({ service: 'sync', level: 'info', destination }), metrics);
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { level: number; msg: string });
  return { events, lines, metrics };
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditPayload } from '@quotefleet/contracts';
import { RepeatedCalls } from './repeated-calls.ts';

const refused = (ip: string, target = 'listBars'): AuditPayload => ({
  ...{ actor: 'anonymous', action: 'call.refused', target, outcome: 'refused', ip },
});

describe('repeated calls', () => {
  let told: AuditPayload[];
  let calls: RepeatedCalls;
  beforeEach(() => {
    told = [];
    calls = new RepeatedCalls((entry) => told.push(entry));
  });
  const add = (times: number, entry: AuditPayload, status = 401) => {
    for (let time = 0; time < times; time++) calls.add(entry, status);
  };

  it('are told of at once, and by a count for each window that they go on', () => {
    add(1000, refused('10.0.0.1'));
    expect(told).toEqual([refused('10.0.0.1')]);
    calls.flush();
    add(5, refused('10.0.0.1'));
    calls.flush();
    calls.flush();
    expect(told.slice(1)).toEqual([999, 5].map((count) => ({ ...refused('10.0.0.1'), count })));
  });

  it('are new again after a quiet window', () => {
    add(1, refused('10.0.0.1'));
    calls.flush();
    add(1, refused('10.0.0.1'));
    expect(told).toEqual([refused('10.0.0.1'), refused('10.0.0.1')]);
  });

  it('are told apart by address, route and status', () => {
    add(2, refused('10.0.0.1'));
    add(2, refused('10.0.0.2'));
    add(2, refused('10.0.0.2', 'listTicks'));
    add(2, refused('10.0.0.2', 'listTicks'), 429);
    expect(told).toHaveLength(4);
  });

  it('are few events also when they come from everywhere', () => {
    for (let number = 0; number < 100_000; number++) calls.add(refused(`10.${number >> 8}.0.${number & 255}`), 401);
    expect(told).toHaveLength(1000);
    calls.flush();
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toMatchObject({ actor: 'various', target: 'various', outcome: 'refused', count: 99_000 });
    expect(told.at(-1)?.ips).toHaveLength(20);
    expect(told.at(-1)?.ips?.[0]).toBe(refused(`10.${1000 >> 8}.0.${1000 & 255}`).ip);
    calls.flush();
    expect(told).toHaveLength(1001);
  });
});

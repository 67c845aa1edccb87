import { afterEach, describe, expect, it } from '@jest/globals';
import { type Desk, openDesk } from './desk.ts';
import type { Plan } from './plan.ts';

const plan: Plan = {
  postgres: { from: 'native' },
  redis: { from: 'native' },
  kafka: { from: 'native' },
  tdengine: { from: 'nowhere', reason: 'none' },
  influx: { from: 'native' },
  mariadb: { from: 'native' },
};

describe('the desk that hands out servers', () => {
  let desk: Desk | undefined;
  afterEach(() => desk?.close());

  it('starts a server once for all who ask and stops it at the end', async () => {
    const events: string[] = [];
    desk = await openDesk(plan, async (name) => {
      events.push(`start ${name}`);
      return { address: `${name}://here`, stop: async () => void events.push(`stop ${name}`) };
    });
    const ask = async () => (await fetch(`${desk?.url}/redis`)).json();
    expect(await Promise.all([ask(), ask()])).toEqual([{ address: 'redis://here' }, { address: 'redis://here' }]);
    await desk.close();
    expect(events).toEqual(['start redis', 'stop redis']);
  });

  it('answers with the reason when a server does not start, and still closes', async () => {
    desk = await openDesk(plan, () => Promise.reject(new Error('no memory left')));
    const response = await fetch(`${desk.url}/kafka`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'no memory left' });
  });

  it('refuses a name it does not know', async () => {
    desk = await openDesk(plan);
    expect((await fetch(`${desk.url}/mysql`)).status).toBe(404);
  });
});

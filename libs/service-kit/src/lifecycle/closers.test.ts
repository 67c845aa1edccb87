import { describe, expect, it } from '@jest/globals';
import { Closers } from './closers.ts';

describe('closing', () => {
  it('goes backwards, once, however often it is asked for', async () => {
    const closers = new Closers();
    const closed: string[] = [];
    for (const name of ['database', 'bus', 'server']) closers.add(name, async () => closed.push(name));
    await Promise.all([closers.close(), closers.close()]);
    await closers.close();
    expect(closed).toEqual(['server', 'bus', 'database']);
  });

  it('goes on after a failure and tells of it in the end', async () => {
    const closers = new Closers();
    let closed = false;
    closers.add('database', async () => {
      closed = true;
    });
    closers.add('bus', () => Promise.reject(new Error('no')));
    await expect(closers.close()).rejects.toThrow('bus did not close');
    expect(closed).toBe(true);
  });
});

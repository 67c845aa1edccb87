import { describe, expect, it } from '@jest/globals';
import { uniqueName } from './unique-name.ts';
import { waitUntil } from './wait-until.ts';

describe('waitUntil', () => {
  it('answers the first truthy value, taking errors for "not yet"', async () => {
    let asked = 0;
    const answer = await waitUntil(() => {
      asked++;
      if (asked === 1) throw new Error('not connected');
      return asked === 3 && 'stored';
    });
    expect(answer).toBe('stored');
  });

  it('says what it waited for and why it failed', async () => {
    const cause = new Error('not connected');
    const waiting = waitUntil(() => Promise.reject(cause), { timeoutMs: 60, message: 'the tick to be stored' });
    await expect(waiting).rejects.toMatchObject({ message: 'waited 60 ms for the tick to be stored', cause });
  });
});

describe('uniqueName', () => {
  it('never answers the same name twice', () => {
    const names = Array.from({ length: 100 }, () => uniqueName('topic'));
    expect(new Set(names).size).toBe(100);
    expect(names[0]).toMatch(/^topic_[0-9a-f]{8}$/);
  });
});

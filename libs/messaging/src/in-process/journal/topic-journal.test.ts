import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BusUnavailableError } from '../../event-bus.ts';
import { TopicJournal } from './topic-journal.ts';

const FULL_DEVICE = '/dev/full';

// The one file that refuses every write, and cannot be cut back either, exists on Linux only.
describe('a journal on a full disk', () => {
  const journal = existsSync(FULL_DEVICE)
    ? new TopicJournal('/dev', [{ id: 1, path: FULL_DEVICE, bytes: 0, next: [0] }])
    : undefined;

  it('refuses every event and says what is wrong until it is started anew', async () => {
    if (!journal) {
      return;
    }
    const append = () => journal.append([{ partition: 0, key: 'one', value: 1 }]);
    await expect(append()).rejects.toThrow(/^journal \/dev: .*ENOSPC/);
    expect(() => journal.check()).toThrow(
      /^journal segment \/dev\/full could not be cut back: .*; restart to repair it$/,
    );
    await expect(append()).rejects.toBeInstanceOf(BusUnavailableError);
    await journal.close();
  });
});

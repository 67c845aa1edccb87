import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Probe } from '../src/contract/probe.ts';
import { createInProcessBus } from '../src/index.ts';

const TOPIC = 'numbers';
const writer = join(import.meta.dirname, 'journal-writer.ts');

describe('the journal of a process that is killed', () => {
  const journalDir = mkdtempSync(join(tmpdir(), 'quotefleet-kill-'));
  afterAll(() => rmSync(journalDir, { recursive: true }));

  it('has every event that was accepted and not committed, in order per key', async () => {
    const accepted = await writeUntilKilled(journalDir);
    const bus = createInProcessBus({ journalDir });
    const probe = new Probe();
    await bus.subscribe({ ...probe.options, group: 'slow', topics: [TOPIC], from: 'earliest' });
    await waitUntil(() => probe.numbers().includes(accepted - 1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bus.close();
    for (const [key, numbers] of Object.entries(probe.byKey())) {
      const first = numbers[0] ?? 0;
      expect(first % 7).toBe(Number(key.split(' ')[1]));
      expect(numbers).toEqual(numbers.map((_, index) => first + index * 7));
      expect(numbers.at(-1)).toBeGreaterThanOrEqual(accepted - 7);
    }
    // Part of it was committed before the kill, and that is not delivered again.
    expect(Math.min(...probe.numbers())).toBeGreaterThan(0);
  });

  it('has nothing left after all of it was committed', async () => {
    const bus = createInProcessBus({ journalDir });
    const probe = new Probe();
    await bus.subscribe({ ...probe.options, group: 'slow', topics: [TOPIC], from: 'earliest' });
    await bus.publish(TOPIC, [{ key: 'key 0', value: -1 }]);
    await waitUntil(() => probe.events.length > 0);
    await bus.close();
    expect(probe.numbers()).toEqual([-1]);
  });
});

/** Runs the writer for a second, kills it with -9 and answers how many events it saw accepted. */
async function writeUntilKilled(journalDir: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [writer, journalDir, TOPIC], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let accepted = 0;
  if (child.stdout) {
    createInterface(child.stdout).on('line', (line) => {
      accepted = Number(line) + 1;
    });
  }
  await waitUntil(() => accepted > 0);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.kill('SIGKILL');
  await once(child, 'close');
  return accepted;
}

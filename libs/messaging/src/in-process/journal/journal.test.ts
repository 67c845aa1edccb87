import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@quotefleet/testing';
import { Probe } from '../../contract/probe.ts';
import type { EventBus } from '../../event-bus.ts';
import { createInProcessBus } from '../in-process-bus.ts';

const TOPIC = 'numbers';

describe('the journal of the in-process bus', () => {
  let journalDir: string;
  const open: EventBus[] = [];
  beforeEach(() => {
    journalDir = mkdtempSync(join(tmpdir(), 'quotefleet-journal-'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
    rmSync(journalDir, { recursive: true });
  });

  async function start(): Promise<EventBus> {
    const bus = createInProcessBus({ journalDir });
    open.push(bus);
    await bus.ensureTopics([{ name: TOPIC, partitions: 2 }]);
    return bus;
  }
  async function readAll(bus: EventBus, count: number, group = 'group'): Promise<number[]> {
    const probe = new Probe();
    const subscription = await bus.subscribe({ ...probe.options, group, topics: [TOPIC], from: 'earliest' });
    await waitUntil(() => probe.events.length >= count);
    await subscription.close();
    return probe.numbers();
  }
  const publish = (bus: EventBus, ...values: number[]) =>
    bus.publish(
      TOPIC,
      values.map((value) => ({ key: 'one', value })),
    );
  const segments = () => readdirSync(join(journalDir, TOPIC)).sort();
  const newest = () => join(journalDir, TOPIC, segments().at(-1) ?? '');

  it('delivers what was not committed after a start, and nothing twice', async () => {
    const before = await start();
    await publish(before, 1, 2, 3);
    expect(await readAll(before, 3)).toEqual([1, 2, 3]);
    await publish(before, 4, 5);
    await before.close();
    const after = await start();
    await publish(after, 6);
    expect(await readAll(after, 3)).toEqual([4, 5, 6]);
  });

  it('remembers where a group is that started at the latest event', async () => {
    const before = await start();
    await publish(before, 1);
    const probe = new Probe();
    await before.subscribe({ ...probe.options, group: 'late', topics: [TOPIC], from: 'latest' });
    await before.close();
    const after = await start();
    await publish(after, 2);
    expect(await readAll(after, 1, 'late')).toEqual([2]);
  });

  it.each([
    ['a cut record', (path: string) => truncateSync(path, readFileSync(path).length - 3)],
    ['a damaged record', (path: string) => writeFileSync(path, damaged(readFileSync(path)))],
  ])('cuts %s at the end and keeps what is before', async (_what, hurt) => {
    const before = await start();
    await publish(before, 1);
    await publish(before, 2);
    await before.close();
    hurt(newest());
    const after = await start();
    await publish(after, 3);
    expect(await readAll(after, 2)).toEqual([1, 3]);
  });

  it('cuts the beginning of a record that was not finished', async () => {
    const before = await start();
    await publish(before, 1);
    await before.close();
    appendFileSync(newest(), Buffer.from([200, 0, 0, 0, 1, 2]));
    const after = await start();
    await publish(after, 2);
    expect(await readAll(after, 2)).toEqual([1, 2]);
  });

  it('starts a topic anew when not even its first segment was finished', async () => {
    const before = await start();
    await before.close();
    truncateSync(newest(), 5);
    const after = await start();
    await publish(after, 1);
    expect(await readAll(after, 1)).toEqual([1]);
  });

  it('begins a new segment when one is full, deletes those that nobody needs and goes on after a start', async () => {
    const before = await start();
    const text = 'x'.repeat(1_000_000);
    const bulk = () => before.publish(TOPIC, [{ key: 'one', value: text }]);
    const probe = new Probe();
    const reader = await before.subscribe({
      ...probe.options,
      group: 'group',
      topics: [TOPIC],
      from: 'earliest',
      decode: (value) => String(value).length,
      batchMax: 1,
    });
    for (let megabytes = 0; megabytes < 20; megabytes += 1) {
      await bulk();
    }
    await waitUntil(() => probe.events.length >= 20);
    await waitUntil(() => segments().length === 1);
    expect(segments()).toEqual(['0000000003.segment']);
    await reader.close();
    await before.close();
    const after = await start();
    await publish(after, 7);
    expect(await readAll(after, 1)).toEqual([7]);
  });

  it('does not start with a segment that is damaged where no crash could have done it', async () => {
    const before = await start();
    const reader = new Probe();
    reader.failures = Number.POSITIVE_INFINITY;
    await before.subscribe({ ...reader.options, group: 'group', topics: [TOPIC], from: 'earliest', decode: () => 0 });
    for (let megabytes = 0; megabytes < 10; megabytes += 1) {
      await before.publish(TOPIC, [{ key: 'one', value: 'x'.repeat(1_000_000) }]);
    }
    await before.close();
    const first = join(journalDir, TOPIC, segments()[0] ?? '');
    writeFileSync(first, damaged(readFileSync(first)));
    expect(() => createInProcessBus({ journalDir })).toThrow(
      /^journal segment .*0000000001\.segment: expected a record/,
    );
  });

  it('does not start with positions it cannot read, and says what to do', async () => {
    await (await start()).close();
    writeFileSync(join(journalDir, 'positions.json'), '{"numb');
    expect(() => createInProcessBus({ journalDir })).toThrow(
      /expected JSON, found "\{\\"numb"; without the file every group starts anew$/,
    );
  });

  it('says so when positions cannot be saved', async () => {
    const bus = await start();
    await publish(bus, 1);
    await bus.check();
    rmSync(journalDir, { recursive: true });
    await readAll(bus, 1);
    await waitUntil(() =>
      bus.check().then(
        () => false,
        (error: Error) => error.message.includes('could not be saved'),
      ),
    );
    await expect(bus.close()).rejects.toMatchObject({ name: 'BusUnavailableError' });
    open.length = 0;
    mkdirSync(journalDir);
  });
});

/** The same bytes, one of the last record changed. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(copy.length - 1) ^ 0xff, copy.length - 1);
  return copy;
}

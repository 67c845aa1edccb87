import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { describeEventBusContract } from '../contract/event-bus-contract.ts';
import { createInProcessBus } from './in-process-bus.ts';

describe('the in-process bus', () => {
  describeEventBusContract(() => createInProcessBus());
});

describe('the in-process bus with a journal', () => {
  const root = mkdtempSync(join(tmpdir(), 'quotefleet-bus-'));
  afterAll(() => rmSync(root, { recursive: true }));
  describeEventBusContract(() => createInProcessBus({ journalDir: mkdtempSync(join(root, 'journal-')) }));
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { loadRegistry, RegistryError, type RegistryFault, type TableRegistry } from '../src/index.ts';

/** A directory of registry files for each test of the block it is called in. */
export function registryFiles() {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'registry-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function write(name: string, text: string): void {
    writeFileSync(join(directory, name), text);
  }
  const faults = (): readonly RegistryFault[] => {
    try {
      loadRegistry(directory);
      return [];
    } catch (error) {
      if (error instanceof RegistryError) return error.faults;
      throw error;
    }
  };
  return {
    get directory() {
      return directory;
    },
    path: (name: string) => join(directory, name),
    write,
    load: (): TableRegistry => loadRegistry(directory),
    faults,
    /** Of a registry of this one file. */
    loaded(text: string): TableRegistry {
      write('tables.yaml', text);
      return loadRegistry(directory);
    },
    /** Lines and reasons of a registry of this one file. */
    refusals(text: string): Omit<RegistryFault, 'file'>[] {
      write('tables.yaml', text);
      return faults().map(({ line, reason }) => ({ line, reason }));
    },
  };
}

/** A table without a fault, with the fields that are given in place of its own. */
export function table(name: string, fields: Record<string, string> = {}): string {
  const given = {
    class: 'reference',
    description: 'A table',
    target: 'relational',
    owner: 'market-data',
    key: '[a]',
    columns: '{ a: text, b: double? }',
    ...fields,
  };
  const lines = Object.entries(given).map(([field, value]) => `    ${field}: ${value}`);
  return ['tables:', `  ${name}:`, ...lines, ''].join('\n');
}

/** A time series without a fault, with the fields that are given in place of its own. */
export function timeSeries(fields: Record<string, string> = {}): string {
  return table('ticks', {
    class: 'market',
    target: 'timeseries',
    key: '[symbol, ts, seq]',
    partition: 'day',
    columns: '{ symbol: text, ts: timestamp, seq: bigint, last: double }',
    ...fields,
  });
}

/** The line, from 1 on, of the first that contains a text. */
export function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}

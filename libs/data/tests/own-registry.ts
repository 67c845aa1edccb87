import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegistry, type TableRegistry } from '@quotefleet/tables';

/** A registry of the tables that a test writes down, as YAML below `tables:`. */
export function ownRegistry(yaml: string): TableRegistry {
  const directory = mkdtempSync(join(tmpdir(), 'registry-'));
  try {
    writeFileSync(join(directory, 'own.yaml'), `tables:\n${yaml}`);
    return loadRegistry(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseRegistryFile } from './parse-registry.ts';
import { RegistryError, type RegistryFault, type TableDefinition } from './table-definition.ts';

/** Every table there is, by name. */
export class TableRegistry {
  readonly #tables: ReadonlyMap<string, TableDefinition>;

  constructor(tables: readonly TableDefinition[]) {
    this.#tables = new Map(tables.map((table) => [table.name, table]));
  }

  get all(): readonly TableDefinition[] {
    return [...this.#tables.values()];
  }

  find(name: string): TableDefinition | undefined {
    return this.#tables.get(name);
  }

  /** @throws Error naming the tables there are */
  get(name: string): TableDefinition {
    const table = this.#tables.get(name);
    if (!table)
      throw new Error(`expected a table of the registry (${[...this.#tables.keys()].join(', ')}), was '${name}'`);
    return table;
  }
}

/**
 * Reads the registry: every `.yaml` file of a directory.
 * @throws RegistryError with file, line and reason of everything that is wrong
 */
export function loadRegistry(directory: string): TableRegistry {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(directory, name));
  const tables = new Map<string, TableDefinition>();
  const faults: RegistryFault[] = [];
  if (files.length === 0) faults.push({ file: directory, line: 1, reason: 'there is no .yaml file here' });
  for (const file of files) {
    const parsed = parseRegistryFile(file, readFileSync(file, 'utf8'));
    faults.push(...parsed.faults);
    for (const table of parsed.tables) {
      if (tables.has(table.name)) {
        faults.push({
          file,
          line: 1,
          reason: `tables.${table.name}: ${basename(file)} is not the first to declare it`,
        });
      }
      tables.set(table.name, table);
    }
  }
  if (faults.length > 0) throw new RegistryError(faults);
  return new TableRegistry([...tables.values()]);
}

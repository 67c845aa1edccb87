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
  const tables = new Map<string, { file: string; table: TableDefinition }>();
  const faults: RegistryFault[] = [];
  for (const file of registryFiles(directory)) {
    const parsed = parseRegistryFile(file, readFileSync(file, 'utf8'));
    faults.push(...parsed.faults);
    for (const { line, table } of parsed.tables) {
      const first = tables.get(table.name);
      if (first) {
        const reason = `tables.${table.name}: was declared in ${basename(first.file)} already`;
        faults.push({ file, line, reason });
      }
      tables.set(table.name, { file, table });
    }
  }
  if (faults.length > 0) throw new RegistryError(faults);
  return new TableRegistry([...tables.values()].map(({ table }) => table));
}

function registryFiles(directory: string): string[] {
  const files = namesIn(directory).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0)
    throw new RegistryError([{ file: directory, line: 1, reason: 'there is no .yaml file here' }]);
  return files.sort().map((name) => join(directory, name));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RegistryError([{ file: directory, line: 1, reason: `cannot be read as a directory (${code})` }]);
  }
}

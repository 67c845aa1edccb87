import { type DataManager, openData } from '@quotefleet/data';
import { loadRegistry, RegistryError, type TableRegistry, tableRegistry } from '@quotefleet/tables';
import { DEFAULT_DATABASE, isTransferFailure } from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';
import { type DatabaseOptions, requireDatabases } from '../transfer/find-databases.ts';

export interface TablesOptions extends DatabaseOptions {
  tablesDir?: string;
  owner?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Works on the tables of the databases that are named, else of those of the running fleet.
 * @throws CliError for a registry that cannot be used, with a line for each fault, and for databases that do not answer
 */
export async function withTables<T>(
  options: TablesOptions,
  env: Environment,
  work: (data: DataManager) => Promise<T>,
): Promise<T> {
  const registry = readRegistry(options.tablesDir);
  const { owner } = options;
  const owners = [...new Set(registry.all.map((table) => table.owner))];
  if (owner !== undefined && !owners.includes(owner))
    throw new CliError(`expected --owner to be one of ${owners.join(', ')}, was '${owner}'`);
  const data = openData({
    registry,
    ...(owner === undefined ? {} : { owner }),
    ...requireDatabases(options, env),
    schema: DEFAULT_DATABASE,
    pool: { max: 2, overflow: 0 },
  });
  try {
    return await work(data);
  } catch (error) {
    if (isTransferFailure(error)) throw new CliError(error.message || error.name, { cause: error });
    throw error;
  } finally {
    await data.close();
  }
}

function readRegistry(directory: string | undefined): TableRegistry {
  try {
    return directory === undefined ? tableRegistry() : loadRegistry(directory);
  } catch (error) {
    if (error instanceof RegistryError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

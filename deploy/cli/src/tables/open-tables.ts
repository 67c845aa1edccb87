import { type DataManager, openData } from '@quotefleet/data';
import { loadRegistry, RegistryError, type TableRegistry, tableRegistry } from '@quotefleet/tables';
import { type ConfiguredDatabases, DEFAULT_DATABASE, isTransferFailure } from '@quotefleet/transfer';
import { CliError } from '../cli-error.ts';
import { findTarget } from '../config.ts';
import { type DatabaseOptions, findDatabases } from '../transfer/find-databases.ts';

export interface TablesOptions extends DatabaseOptions {
  tablesDir?: string;
  owner?: string;
  dataDir?: string;
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
    ...databasesOf(options, env),
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

function databasesOf(
  options: TablesOptions,
  env: Environment,
): Required<ConfiguredDatabases> & { databaseUrl: string } {
  const named = findDatabases(options, env);
  const { run, dataDir } = findTarget(options, env);
  const databaseUrl = named.databaseUrl ?? run?.databases?.url;
  if (databaseUrl === undefined)
    throw new CliError(`no fleet is running in ${dataDir}: name a database by --database-url or QF_DATABASE_URL`);
  const driver = options.tsdb ?? (env.QF_TSDB || undefined);
  const running = named.databaseUrl === undefined ? run?.databases?.timeSeries : undefined;
  const known = driver === undefined || driver === running?.driver ? running : undefined;
  const timeSeries = named.timeSeries ?? known;
  if (timeSeries === undefined) throw new CliError('name the time-series database by --tsdb-url or QF_TSDB_URL');
  return { databaseUrl, timeSeries };
}

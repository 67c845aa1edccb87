import { AsyncLocalStorage } from 'node:async_hooks';
import { translateDatabaseErrors } from '@quotefleet/relational';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

interface Ambient {
  dataSource: DataSource;
  runner: QueryRunner;
}

const ambient = new AsyncLocalStorage<Ambient>();

/** Lets `inOneTransaction` take the stores of a data source into a transaction that they do not know of. */
export function allowOneTransaction(dataSource: DataSource): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const runner = ambientRunner(dataSource);
    return runner ? lend(runner) : create(mode);
  };
}

/**
 * The same object; what each named method does in the database is one transaction, with the audit entries it records:
 * a change without its entry is not there. For methods that write nothing that has to outlive a throw, and whose steps in
 * the database follow one another.
 */
export function inOneTransaction<T extends object>(dataSource: DataSource, object: T, names: readonly (keyof T)[]): T {
  const wrapped = names.map((name) => {
    const method = object[name] as (...args: unknown[]) => Promise<unknown>;
    return [name, (...args: unknown[]) => runTogether(dataSource, () => method(...args))];
  });
  return { ...object, ...Object.fromEntries(wrapped) };
}

/** The manager of the transaction under way, where a caller has opened one by `inOneTransaction`. */
export function ambientManager(dataSource: DataSource): EntityManager | undefined {
  return ambientRunner(dataSource)?.manager;
}

/** For work that must not be part of the transaction under way, such as a queue that others wait in too. */
export function outsideTransaction<R>(work: () => R): R {
  return ambient.exit(work);
}

function runTogether<R>(dataSource: DataSource, work: () => Promise<R>): Promise<R> {
  if (ambientRunner(dataSource)) return work();
  return translateDatabaseErrors(() =>
    dataSource.transaction(({ queryRunner: runner }) => {
      if (!runner) throw new Error('expected a transaction to have a connection');
      return ambient.run({ dataSource, runner }, work);
    }),
  );
}

/** None for what was begun inside a transaction and goes on after it. */
function ambientRunner(dataSource: DataSource): QueryRunner | undefined {
  const current = ambient.getStore();
  return current?.dataSource === dataSource && !current.runner.isReleased ? current.runner : undefined;
}

/** Whoever asked for a connection gives it back when done; this one is the transaction's to give back. */
function lend(runner: QueryRunner): QueryRunner {
  return new Proxy(runner, {
    get(target, name) {
      if (name === 'release') return () => Promise.resolve();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

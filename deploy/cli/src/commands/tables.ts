import { complain, say } from '../output.ts';
import { type TablesOptions, withTables } from '../tables/open-tables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Change {
  table: string;
  kind: string;
  detail: string;
}

/** Prints what `apply` would do and what has drifted; 2 where that is something, else 0. */
export async function planTables(options: TablesOptions, env: Environment): Promise<number> {
  const changes = await withTables(options, env, (data) => data.plan());
  for (const change of changes) say(line(change));
  say(changes.length === 0 ? 'The tables are as the registry has them.' : `${counted(changes.length)} to the tables.`);
  return changes.length === 0 ? 0 : 2;
}

/** Makes the tables as the registry has them and prints what that took; 1, with nothing changed, where one has drifted. */
export function applyTables(options: TablesOptions, env: Environment): Promise<number> {
  return withTables(options, env, async (data) => {
    const changes = await data.plan();
    const drifts = changes.filter(isDrift);
    if (drifts.length > 0) {
      for (const drift of drifts) complain(line(drift));
      complain('Nothing was changed: a table that has drifted is put right by hand.');
      return 1;
    }
    await data.prepare();
    for (const change of changes) say(line(change));
    say(changes.length === 0 ? 'Nothing to change.' : `${counted(changes.length)} made.`);
    return 0;
  });
}

/** Prints tables that differ in a way that `apply` cannot mend; 1 where there is one, else 0. */
export async function checkTables(options: TablesOptions, env: Environment): Promise<number> {
  const changes = await withTables(options, env, (data) => data.plan());
  const drifts = changes.filter(isDrift);
  for (const drift of drifts) say(line(drift));
  const open = changes.length - drifts.length;
  if (drifts.length === 0) say('No table has drifted.');
  if (open > 0) say(`${counted(open)} can be applied: quotefleet tables plan shows them.`);
  return drifts.length === 0 ? 0 : 1;
}

function isDrift({ kind }: Change): boolean {
  return kind === 'drift';
}

function line({ kind, table, detail }: Change): string {
  return `${kind.padEnd(13)} ${table.padEnd(20)} ${detail}`;
}

function counted(changes: number): string {
  return changes === 1 ? '1 change' : `${changes} changes`;
}

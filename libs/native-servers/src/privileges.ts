import { execFileSync } from 'node:child_process';
import { findProgram } from './config.ts';

/** The account a server runs as when we are root. */
export interface Account {
  uid: number;
  gid: number;
}

const ACCOUNT = 'postgres';

/**
 * PostgreSQL refuses to run as root: as root, answers the `postgres` account and creates it when the machine
 * has none. `undefined` means that we are an ordinary user and need no other account.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUpAccount();
  if (known) return known;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`PostgreSQL does not run as root and useradd could not make an account "${ACCOUNT}"`, { cause });
  }
  const created = lookUpAccount();
  if (!created) throw new Error(`expected an account named ${ACCOUNT} after useradd, found none`);
  return created;
}

function lookUpAccount(): Account | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, ACCOUNT], { stdio: 'pipe' }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/**
 * The command line that runs a program under an account and ends it with `signal` when we end, even by SIGKILL.
 *
 * Both are the work of util-linux's `setpriv`. The capability lets the account pass directories that are closed to
 * it: root's checkout may lie in /root or in a mktemp folder. On a system without setpriv (macOS) the command is
 * run as it is, and the next start on the same directory stops what was left over.
 */
export function commandAs(command: string, args: string[], account: Account | undefined, signal: NodeJS.Signals) {
  const setpriv = findSetpriv();
  if (!setpriv) {
    if (account) throw new Error('starting PostgreSQL as root needs setpriv (util-linux); or run as an ordinary user');
    return { command, args };
  }
  const identity = account
    ? ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups', ...passClosedDirectories]
    : [];
  return { command: setpriv, args: [...identity, '--pdeathsig', signal.replace('SIG', ''), '--', command, ...args] };
}

const passClosedDirectories = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];

let setpriv: { path: string | undefined } | undefined;

function findSetpriv(): string | undefined {
  setpriv ??= { path: process.platform === 'linux' ? workingSetpriv() : undefined };
  return setpriv.path;
}

function workingSetpriv(): string | undefined {
  const path = findProgram('setpriv');
  try {
    // busybox has a setpriv without this option.
    if (path) execFileSync(path, ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

import { execFileSync } from 'node:child_process';
import { findProgram } from './config.ts';

/** The account a server runs as when we are root. */
export interface Account {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. */
export function postgresAccount(): Account | undefined {
  return serverAccount('postgres', 'PostgreSQL');
}

/**
 * The account of a server that must not run as root: as root, answers the named account and creates it when the
 * machine has none. `undefined` means that we are an ordinary user and need no other account.
 */
export function serverAccount(name: string, server: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUpAccount(name);
  if (known) return known;
  try {
    execFileSync(
      findProgram('useradd') ?? '/usr/sbin/useradd',
      ['--system', '--user-group', '--no-create-home', name],
      { stdio: 'pipe' },
    );
  } catch (cause) {
    throw new Error(`${server} does not run as root and useradd could not make an account "${name}"`, { cause });
  }
  const created = lookUpAccount(name);
  if (!created) throw new Error(`expected an account named ${name} after useradd, found none`);
  return created;
}

function lookUpAccount(name: string): Account | undefined {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/**
 * The command line that runs a program under an account and ends it with `signal` when we end, even by SIGKILL.
 *
 * Both are the work of util-linux's `setpriv`. On a system without it (macOS) the command is run as it is, and the
 * next start on the same directory stops what was left over.
 */
export function commandAs(command: string, args: string[], account: Account | undefined, signal: NodeJS.Signals) {
  const setpriv = findSetpriv();
  if (!setpriv) {
    if (account)
      throw new Error(
        'running a server under an account of its own needs setpriv (util-linux); or run as an ordinary user',
      );
    return { command, args };
  }
  const identity = account ? ['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups'] : [];
  const reach = account && setpriv.passesClosedDirectories ? PASS_CLOSED_DIRECTORIES : [];
  const death = ['--pdeathsig', signal.replace('SIG', '')];
  return { command: setpriv.path, args: [...identity, ...reach, ...death, '--', command, ...args] };
}

/**
 * Lets the account pass directories that are closed to it, for root's checkout may lie in /root or in a mktemp
 * folder. The secure bit keeps the capability effective for access(2), by which initdb looks at its own programs.
 */
const PASS_CLOSED_DIRECTORIES = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];

interface Setpriv {
  path: string;
  passesClosedDirectories: boolean;
}

let known: { setpriv: Setpriv | undefined } | undefined;

function findSetpriv(): Setpriv | undefined {
  known ??= { setpriv: process.platform === 'linux' ? tryOut(findProgram('setpriv')) : undefined };
  return known.setpriv;
}

/** Busybox has a setpriv without these options, and a container may forbid the capability. */
function tryOut(path: string | undefined): Setpriv | undefined {
  if (path === undefined || !succeeds(path, ['--pdeathsig', 'TERM', 'true'])) return undefined;
  return { path, passesClosedDirectories: succeeds(path, [...PASS_CLOSED_DIRECTORIES, 'true']) };
}

function succeeds(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

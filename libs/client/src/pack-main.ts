import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Makes the tarball that others install: JavaScript and types of this package and of what it uses of the workspace's
 * other libs, which are not published. `node src/pack-main.ts [DIRECTORY]`; prints the tarball's path.
 */
const LIBS = resolve(import.meta.dirname, '../..');
const HERE = join(LIBS, 'client');
const TARGET = resolve(process.argv[2] ?? join(HERE, 'dist'));
const COMPILED = join(TARGET, 'compiled');
const PACKAGE = join(TARGET, 'package');
const ENTRIES = { types: 'client/src/index.d.ts', default: 'client/src/index.js' };

/** Of imports and exports, and of types that are imported where they are used. */
const SPECIFIER = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\2/g;

interface Manifest {
  name: string;
  version: string;
  license: string;
  exports: Record<string, string>;
  dependencies: Record<string, string>;
}

const manifest = manifestOf('client');
for (const directory of [COMPILED, PACKAGE]) rmSync(directory, { recursive: true, force: true });
run(join(LIBS, '../node_modules/.bin/tsc'), ['-p', join(HERE, 'tsconfig.package.json'), '--outDir', COMPILED]);
const foreign = copyReachable(Object.values(ENTRIES));
rmSync(COMPILED, { recursive: true });
cpSync(join(HERE, 'README.md'), join(PACKAGE, 'README.md'));
cpSync(join(LIBS, '../LICENSE'), join(PACKAGE, 'LICENSE'));
writeFileSync(join(PACKAGE, 'package.json'), `${JSON.stringify(published(foreign), undefined, 2)}\n`);
const [{ filename }] = JSON.parse(run('npm', ['pack', PACKAGE, '--json', '--pack-destination', TARGET])) as [
  { filename: string },
];
process.stdout.write(`${join(TARGET, filename)}\n`);

/** Copies the compiled files that can be reached from the entries; gives the packages that they need. */
function copyReachable(entries: readonly string[]): Set<string> {
  const packages = new Set<string>();
  const waiting = [...entries];
  const copied = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (copied.has(file)) continue;
    copied.add(file);
    const from = file;
    const text = readFileSync(join(COMPILED, file), 'utf8').replace(SPECIFIER, (whole, keyword, quote, specifier) => {
      const ours = compiledOf(specifier, from);
      if (ours === undefined) {
        packages.add(packageOf(specifier));
        return whole;
      }
      waiting.push(ours);
      const path = relative(dirname(from), ours.replace(/\.d\.ts$/, '.js'));
      return `${keyword}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
    });
    mkdirSync(dirname(join(PACKAGE, file)), { recursive: true });
    writeFileSync(join(PACKAGE, file), text);
  }
  return packages;
}

/** The compiled file, from COMPILED on, that a specifier means; undefined where it is another package. */
function compiledOf(specifier: string, importer: string): string | undefined {
  const [, lib, door] = /^@quotefleet\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
  const isRelative = specifier.startsWith('.');
  if (!isRelative && lib === undefined) return undefined;
  const source = isRelative
    ? join(dirname(importer), specifier)
    : join(lib ?? '', manifestOf(lib ?? '').exports[`.${door ?? ''}`] ?? '');
  const stem = source.replace(/\.[jt]s$/, '');
  const file = `${stem}${importer.endsWith('.d.ts') ? '.d.ts' : '.js'}`;
  if (!existsSync(join(COMPILED, file))) throw new Error(`${importer} imports ${specifier}, which was not compiled`);
  return file;
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function published(packages: ReadonlySet<string>): object {
  const { name, version, license, dependencies } = manifest;
  const versions = [...packages].toSorted().map((dependency) => {
    const wanted = dependencies[dependency];
    if (wanted === undefined) throw new Error(`${dependency} is needed, but no dependency of ${name}`);
    return [dependency, wanted];
  });
  return {
    ...{ name, version, license, description: 'REST and live market data of a Quotefleet, for browsers and Node' },
    ...{ type: 'module', sideEffects: false, engines: { node: '>=20' } },
    exports: { '.': { types: `./${ENTRIES.types}`, default: `./${ENTRIES.default}` } },
    dependencies: Object.fromEntries(versions),
  };
}

function manifestOf(lib: string): Manifest {
  return JSON.parse(readFileSync(join(LIBS, lib, 'package.json'), 'utf8')) as Manifest;
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const LIBS = join(import.meta.dirname, '../..');
/** What a bundle for browsers may hold beside our own: both have builds for browsers. */
const ALLOWED = ['@msgpack/msgpack', 'socket.io-client'];

/** Imports that are there at run time; those of types alone are erased. */
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g;

function sourceOf(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(importer), specifier);
  const [, lib, door = '.'] = /^@quotefleet\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  if (lib === undefined) return undefined;
  const { exports } = JSON.parse(readFileSync(join(LIBS, lib, 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  return join(LIBS, lib, exports[door === '.' ? '.' : `./${door}`] ?? '');
}

function readAll(entry: string): { files: Set<string>; foreign: Map<string, string> } {
  const files = new Set<string>();
  const foreign = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of [...text.matchAll(IMPORT), ...text.matchAll(DYNAMIC)]) {
      const source = sourceOf(specifier, file);
      if (source === undefined) foreign.set(specifier, file.slice(LIBS.length));
      else waiting.push(source);
    }
  }
  return { files, foreign };
}

describe('the package in a browser', () => {
  const { files, foreign } = readAll(join(import.meta.dirname, 'index.ts'));

  it('imports nothing of Node, and no package that is not made for browsers', () => {
    expect([...foreign].filter(([specifier]) => !ALLOWED.includes(specifier))).toEqual([]);
    expect(files.size).toBeGreaterThan(25);
  });

  it('does not reach for what only Node has', () => {
    const ours = [...files].filter((file) => file.startsWith(join(LIBS, 'client')));
    const reaching = ours.filter((file) =>
      /\b(process|Buffer|require|__dirname)\b[.(]/.test(readFileSync(file, 'utf8')),
    );
    expect(reaching).toEqual([]);
  });
});

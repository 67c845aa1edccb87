import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { OpenApiDocument } from './compatibility/document.ts';
import { findBreaks } from './compatibility/find-breaks.ts';
import { committedDocuments } from './documents/committed.ts';

const ROOT = join(import.meta.dirname, '../../..');
const VERSIONS = ['v1', 'v2'] as const;
const releasedPath = (version: string) => `openapi/released/${version}.json`;

const USAGE = `usage: npm run openapi [-- --release]
       npm run openapi:check
`;

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, release: { type: 'boolean', default: false } },
});
const documents = committedDocuments();
if (values.check && values.release) fail([USAGE]);
else if (values.check) fail([...(await findDrift()), ...(await findReleasedBreaks())]);
else await write(values.release);

async function write(isRelease: boolean): Promise<void> {
  const released = isRelease
    ? VERSIONS.map((version) => [releasedPath(version), documents[`openapi/${version}.json`]])
    : [];
  for (const [path, content] of [...Object.entries(documents), ...released]) {
    if (path === undefined || content === undefined) continue;
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), content);
  }
}

async function findDrift(): Promise<string[]> {
  const drifted = [];
  for (const [path, content] of Object.entries(documents))
    if ((await readOptional(path)) !== content) drifted.push(`${path} is not what the contracts say: npm run openapi`);
  return drifted;
}

async function findReleasedBreaks(): Promise<string[]> {
  const today = new Date().toISOString().slice(0, 10);
  const breaks = [];
  for (const version of VERSIONS) {
    const released = await readOptional(releasedPath(version));
    if (released === undefined) continue;
    const before = JSON.parse(released) as OpenApiDocument;
    const after = JSON.parse(documents[`openapi/${version}.json`] ?? '') as OpenApiDocument;
    breaks.push(...findBreaks(before, after, today).map((text) => `${version} breaks its clients: ${text}`));
  }
  return breaks;
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(ROOT, path), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function fail(faults: readonly string[]): void {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

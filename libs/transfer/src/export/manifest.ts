import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableDefinition } from '@quotefleet/tables';
import { z } from 'zod';
import { replaceFile } from '../files/replace-file.ts';

const MANIFEST = '_manifest.json';

const fileSchema = z.object({
  /** From the manifest's own folder. */
  path: z.string(),
  rows: z.int(),
  bytes: z.int(),
  sha256: z.string(),
});
const manifestSchema = z.object({ files: z.array(fileSchema) });

export type ExportedFile = z.infer<typeof fileSchema>;

/** What is in a table's folder: the files just written, and those of earlier runs that are still there. */
export async function writeManifest(dir: string, table: TableDefinition, written: readonly ExportedFile[]) {
  const files = new Map((await earlierFiles(dir)).map((file) => [file.path, file]));
  for (const file of written) files.set(file.path, file);
  const present = [...files.values()]
    .filter(({ path }) => existsSync(join(dir, path)))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = {
    table: table.name,
    key: table.key,
    columns: table.columns,
    rows: present.reduce((total, { rows }) => total + rows, 0),
    files: present,
  };
  await replaceFile(join(dir, MANIFEST), [`${JSON.stringify(manifest, undefined, 2)}\n`]);
}

async function earlierFiles(dir: string): Promise<ExportedFile[]> {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) return [];
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8'))).files;
  } catch {
    // Not a manifest of ours: this run's takes its place.
    return [];
  }
}

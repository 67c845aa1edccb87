import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CliError } from '../cli-error.ts';

export interface ImportFile {
  path: string;
  name: string;
  bytes: number;
  contentType: string;
}

const CONTENT_TYPES = [
  ['.csv', 'text/csv'],
  ['.gz', 'application/gzip'],
  ['.parquet', 'application/vnd.apache.parquet'],
] as const;

/**
 * The files to load under a path, by name.
 * @throws CliError when there is nothing at the path, or nothing that can be loaded
 */
export function findFiles(path: string): ImportFile[] {
  const found = stat(path);
  if (!found.isDirectory()) {
    const file = toImportFile(path, found.size);
    if (!file) throw new CliError(`expected a .csv, .csv.gz or .parquet file, was ${path}`);
    return [file];
  }
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((file) => toImportFile(file, stat(file).size) ?? []);
  if (files.length === 0) throw new CliError(`there is no .csv, .csv.gz or .parquet file in ${path}`);
  return files;
}

function toImportFile(path: string, bytes: number): ImportFile | undefined {
  const type = CONTENT_TYPES.find(([extension]) => path.toLowerCase().endsWith(extension));
  return type && { path, name: basename(path), bytes, contentType: type[1] };
}

function stat(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new CliError(`there is no file or folder ${path}`, { cause });
  }
}

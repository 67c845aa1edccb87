import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { SecretError } from '../secret-error.ts';
import type { Environment } from '../sources/environment.ts';

const YAML_ENDINGS = new Set(['.yaml', '.yml']);
const variablesSchema = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

/**
 * Reads variables from a file: YAML (`NAME: value`) by its ending, else lines `NAME=value`.
 * @throws SecretError naming the file, never a line of it
 */
export function readConfigFile(path: string): Environment {
  const text = read(path);
  if (!YAML_ENDINGS.has(extname(path))) return parseEnv(text);
  const parsed = variablesSchema.safeParse(parseYaml(path, text) ?? {});
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))];
  throw new SecretError(`QF_CONFIG_FILE: expected ${path} to hold NAME: value only (see ${names.join(', ')})`);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SecretError(`QF_CONFIG_FILE: cannot read ${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    // Without the cause: it quotes the lines around the fault.
    throw new SecretError(`QF_CONFIG_FILE: ${path} is no valid YAML`);
  }
}

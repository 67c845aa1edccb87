import { extname } from 'node:path';
import { parseEnv } from 'node:util';
import { isMap, isScalar, LineCounter, type Pair, parseDocument, visit } from 'yaml';
import { CliError } from '../cli-error.ts';

/** A named value of a file. */
export interface Entry {
  name: string;
  value: string;
  line: number;
}

const DOCUMENT_ENDINGS = new Set(['.yaml', '.yml', '.json']);
const ENV_LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/;
/** `NAME=value` as an item of a list, as compose files have it. */
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/**
 * The named values of a file: YAML or JSON by its ending, else lines `NAME=value`.
 * @throws CliError where it cannot be parsed, repeating nothing of it
 */
export function readEntries(path: string, text: string): Entry[] {
  return DOCUMENT_ENDINGS.has(extname(path)) ? readDocument(path, text) : readLines(text);
}

function readLines(text: string): Entry[] {
  const values = parseEnv(text);
  return text.split('\n').flatMap((content, at) => {
    const name = ENV_LINE.exec(content)?.[1];
    const value = name === undefined ? undefined : values[name];
    return name === undefined || value === undefined ? [] : [{ name, value, line: at + 1 }];
  });
}

function readDocument(path: string, text: string): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault) throw new CliError(`${path}:${fault.linePos?.[0].line ?? 1}: expected YAML or JSON`);
  const entries: Entry[] = [];
  const add = (name: string, value: string, offset: number) =>
    entries.push({ name, value, line: lines.linePos(offset).line });
  visit(document, {
    Pair(_key, pair) {
      const { value } = pair;
      if (isScalar(value) && typeof value.value === 'string') add(nameOf(pair), value.value, value.range?.[0] ?? 0);
    },
    Map(_key, map) {
      // `- name: X` and `value: y`, as Kubernetes has it.
      const [name, value] = [map.get('name'), map.get('value')];
      if (typeof name === 'string' && typeof value === 'string') add(name, value, map.range?.[0] ?? 0);
    },
    Scalar(key, { value, range }) {
      const [, name, text] = typeof key === 'number' && typeof value === 'string' ? (ASSIGNMENT.exec(value) ?? []) : [];
      if (name !== undefined && text !== undefined) add(name, text, range?.[0] ?? 0);
    },
  });
  return entries;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : isMap(key) ? 'a map' : String(key);
}

import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { checkTable } from './check-table.ts';
import { fileSchema, type TableEntry } from './file-schema.ts';
import type { RegistryFault, TableDefinition } from './table-definition.ts';

interface ParsedFile {
  tables: TableDefinition[];
  faults: RegistryFault[];
}

type Path = readonly PropertyKey[];

/** Reads one registry file; every fault carries its line. */
export function parseRegistryFile(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => ({
      file,
      line: lineAt(pos[0]),
      reason: message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'malformed YAML',
    }));
    return { tables: [], faults };
  }
  const fault = (path: Path, reason: string): RegistryFault => ({
    file,
    line: lineAt(offsetOf(document, path)),
    reason: path.length > 0 ? `${path.map(String).join('.')}: ${reason}` : reason,
  });
  const parsed = fileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    return { tables: [], faults: parsed.error.issues.map((issue) => fault(issue.path, reasonOf(issue))) };
  }
  const tables = Object.entries(parsed.data.tables).map(([name, entry]) => toDefinition(name, entry));
  const faults = tables.flatMap((table) =>
    checkTable(table).map(({ path, reason }) => fault(['tables', table.name, ...path], reason)),
  );
  return { tables, faults };
}

function toDefinition(name: string, { retention, partition, columns, ...entry }: TableEntry): TableDefinition {
  return {
    name,
    ...entry,
    ...(partition === undefined ? {} : { partition }),
    ...(retention === undefined ? {} : { retentionDays: retention }),
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, ...type })),
  };
}

interface Issue {
  code: string;
  message: string;
  errors?: readonly (readonly { message: string }[])[];
  keys?: readonly string[];
  issues?: readonly { message: string }[];
}

function reasonOf(issue: object): string {
  const { code, message, errors, keys, issues } = issue as Issue;
  if (code === 'unrecognized_keys') return `unknown: ${keys?.join(', ')}`;
  // A column is short or long; the short form's message says what is expected.
  if (code === 'invalid_union') return errors?.flat()[0]?.message ?? message;
  if (code === 'invalid_key') return issues?.[0]?.message ?? message;
  return message;
}

/** Where the deepest part of the path that exists begins. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
    } else {
      const item: unknown = node && 'items' in node ? (node.items as unknown[])[Number(step)] : undefined;
      if (!isNode(item)) break;
      node = item;
      offset = node.range?.[0] ?? offset;
    }
  }
  return offset;
}

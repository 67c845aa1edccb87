import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { checkTable } from './check-table.ts';
import { type Path, placeOf } from './document-place.ts';
import { fileSchema, type TableEntry, tableName, tableSchema } from './file-schema.ts';
import type { RegistryFault, TableDefinition } from './table-definition.ts';

interface ParsedFile {
  /** Those without a fault. */
  tables: { line: number; table: TableDefinition }[];
  faults: RegistryFault[];
}

/** `code` of a fault in a value. */
type FaultAt = (path: Path, reason: string, code?: Issue['code']) => RegistryFault;
type Issue = z.core.$ZodIssue;

/** Reads one registry file; every fault carries its line. */
export function parseRegistryFile(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number) => lines.linePos(offset).line;
  const malformed = [...document.errors, ...document.warnings, ...deadAliases(document)];
  if (malformed.length > 0) {
    const faults = malformed.map(({ pos, message }) => ({ file, line: lineOf(pos[0]), reason: message }));
    return { tables: [], faults };
  }
  const faultAt: FaultAt = (path, reason, code) => {
    const { offset, exists, value } = placeOf(document, path);
    const where = path.length > 0 ? `${path.map(String).join('.')}: ` : '';
    const isMissing = !exists && (code === 'invalid_type' || code === 'invalid_value');
    const told = code === undefined || value === undefined ? reason : reasonWith(reason, value);
    return { file, line: lineOf(offset), reason: `${where}${isMissing ? 'is missing' : told}` };
  };
  const parsed = fileSchema.safeParse(document.toJS());
  if (!parsed.success)
    return { tables: [], faults: parsed.error.issues.flatMap((issue) => issueFaults(issue, [], faultAt)) };
  const result: ParsedFile = { tables: [], faults: [] };
  for (const [name, entry] of Object.entries(parsed.data.tables)) {
    const { table, faults } = parseTable(name, entry, faultAt);
    result.faults.push(...faults);
    if (table) result.tables.push({ line: lineOf(placeOf(document, ['tables', name]).offset), table });
  }
  return result;
}

/** The value says more than its type. */
function reasonWith(reason: string, value: unknown): string {
  return `${reason.replace(/, received \w+$/, '')}, was ${value === null ? 'nothing' : `'${value}'`}`;
}

/** Aliases of what has no anchor: the parser leaves them be. */
function deadAliases(document: Document.Parsed): { pos: [number]; message: string }[] {
  const found: { pos: [number]; message: string }[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        found.push({
          pos: [alias.range?.[0] ?? 0],
          message: `there is no anchor &${alias.source} before *${alias.source}`,
        });
    },
  });
  return found;
}

function parseTable(
  name: string,
  entry: unknown,
  faultAt: FaultAt,
): { table?: TableDefinition; faults: RegistryFault[] } {
  const place = ['tables', name];
  const parsed = tableSchema.safeParse(entry);
  const issues = [...(tableName.safeParse(name).error?.issues ?? []), ...(parsed.error?.issues ?? [])];
  if (!parsed.success || issues.length > 0)
    return { faults: issues.flatMap((issue) => issueFaults(issue, place, faultAt)) };
  const table = toDefinition(name, parsed.data);
  const faults = checkTable(table).map(({ path, reason }) => faultAt([...place, ...path], reason));
  return faults.length > 0 ? { faults } : { table, faults };
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

function issueFaults(issue: Issue, place: Path, faultAt: FaultAt): RegistryFault[] {
  const path = [...place, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => faultAt([...path, key], 'is not known here'));
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => faultAt(path, message));
  return [faultAt(path, issue.message.replace(/^Invalid (input|option): /, ''), issue.code)];
}

import { wordIssue } from '@quotefleet/service-kit';
import { placeOf } from '@quotefleet/tables';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type GatewayFile, gatewayFileSchema } from './sections.ts';

type Path = readonly PropertyKey[];

/** Aliases multiply what a small file says; ours need few. */
const ALIASES_MAX = 100;

/** The gateway's file is not as it should be: one line for each fault, with its place. */
export class GatewayFileError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'GatewayFileError';
  }
}

/**
 * Reads the text of a gateway file; an empty one has no sections.
 * @throws GatewayFileError
 */
export function parseGatewayFile(path: string, text: string): GatewayFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, reason: string) => `${path}:${lines.linePos(offset).line}: ${reason}`;
  const malformed = [...document.errors, ...document.warnings];
  if (malformed.length > 0) throw new GatewayFileError(malformed.map(({ pos, message }) => at(pos[0], message)));
  const parsed = gatewayFileSchema.safeParse(toValue(document, path) ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) =>
    faultsOf(issue).map(({ path: place, reason }) => {
      const where = place.length > 0 ? `${place.map(String).join('.')}: ` : '';
      return at(placeOf(document, place).offset, where + reason);
    }),
  );
  throw new GatewayFileError(faults);
}

function toValue(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw new GatewayFileError([`${path}: ${String(error)}`]);
  }
}

function faultsOf(issue: z.core.$ZodIssue): { path: Path; reason: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], reason: 'is not known here' }));
  return [{ path: issue.path, reason: wordIssue(issue) }];
}

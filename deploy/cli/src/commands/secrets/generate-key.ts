import { closeSync, openSync, writeSync } from 'node:fs';
import { generateMasterKey, parseKeyRing } from '@quotefleet/secrets';
import { CliError } from '../../cli-error.ts';
import { say } from '../../output.ts';

export interface GenerateKeyOptions {
  out?: string;
}

/** Prints a new master key, or writes it to a new file that its owner alone may read. */
export function generateKey({ out }: GenerateKeyOptions): void {
  const key = generateMasterKey();
  if (out === undefined) {
    say(key);
    return;
  }
  writeNew(out, `${key}\n`);
  say(`key ${parseKeyRing(key).primary.id} written to ${out}`);
}

function writeNew(path: string, text: string): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, text);
    closeSync(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'there is a file of that name' : code;
    throw new CliError(`${path} cannot be written (${why})`, { cause });
  }
}

import { text } from 'node:stream/consumers';
import { createSecretManager, isSealed, SecretError } from '@quotefleet/secrets';
import { CliError } from '../../cli-error.ts';
import type { CommonOptions } from '../../config.ts';
import { complain, say } from '../../output.ts';
import { requireKeys } from '../../secrets/find-keys.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Prints what is read from standard input as a sealed value. Never an argument: those are seen by everybody. */
export async function encrypt(options: CommonOptions, env: Environment): Promise<void> {
  const ring = await requireKeys(options, env);
  const value = await readValue();
  if (value === '') throw new CliError('expected the value to seal on standard input, was nothing');
  if (isSealed(value)) throw new CliError('the value is sealed already');
  say(createSecretManager(ring).seal(value));
}

/** Prints the text of a sealed value that is read from standard input. */
export async function decrypt(options: CommonOptions, env: Environment): Promise<void> {
  const ring = await requireKeys(options, env);
  const value = (await readValue()).trim();
  if (!isSealed(value)) throw new CliError('expected a value that begins with enc: on standard input');
  try {
    say(createSecretManager(ring).open('the value', value));
  } catch (error) {
    if (error instanceof SecretError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

/** Without the line end that a shell or terminal puts behind it. */
async function readValue(): Promise<string> {
  if (process.stdin.isTTY) complain('Type the value, then Enter and Ctrl-D. It is shown: better pipe it in.');
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

#!/usr/bin/env node
import { guardCrashes, redact, SecretError } from '@quotefleet/secrets';
import { RegistryError } from '@quotefleet/tables';
import { CliError } from './cli-error.ts';
import { complain } from './output.ts';

// Takes the arguments out of the list of processes: a key or the URL of a database may be among them.
process.title = 'quotefleet';
guardCrashes();

// `quotefleet subscribe ... | head -1` closes the pipe: that is an end, not a fault.
process.stdout.on('error', () => process.exit(0));

try {
  // What the commands know of tables they take from the registry, which may be wrong.
  const { createProgram } = await import('./program.ts');
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CliError || error instanceof RegistryError || error instanceof SecretError)) throw error;
  complain(redact(error.message));
  process.exitCode = 1;
}

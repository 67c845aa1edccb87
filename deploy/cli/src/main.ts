#!/usr/bin/env node
import { CliError } from './cli-error.ts';
import { complain } from './output.ts';
import { createProgram } from './program.ts';

// `quotefleet subscribe ... | head -1` closes the pipe: that is an end, not a fault.
process.stdout.on('error', () => process.exit(0));

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  complain(error.message);
  process.exitCode = 1;
}

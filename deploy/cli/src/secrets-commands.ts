import type { Command } from 'commander';
import type { GenerateKeyOptions } from './commands/secrets/generate-key.ts';
import { type CommonOptions, readEnv } from './config.ts';
import type { RotateOptions } from './secrets/rotate-options.ts';

/** Seals values of the configuration, and says which ones are not; it opens no environment, since it mends it. */
export function addSecrets(program: Command): void {
  const secrets = program.command('secrets').description('seals secrets of the configuration and of the database');
  const withKeys = (name: string) =>
    secrets
      .command(name)
      .option('--data-dir <path>', 'data directory whose master-key is used where the environment tells of none');
  // What was typed in the wrong place is likely the secret itself: no error may repeat it.
  const withSecretInput = (name: string) =>
    withKeys(name).configureOutput({
      outputError: (_text, write) =>
        write(`error: expected nothing after '${name}' but --data-dir PATH: the value is read from standard input\n`),
    });

  secrets
    .command('generate-key')
    .description('prints a new master key')
    .option('--out <file>', 'writes it to a new file that its owner alone may read')
    .action(async (options: GenerateKeyOptions) => {
      const { generateKey } = await import('./commands/secrets/generate-key.ts');
      generateKey(options);
    });
  withSecretInput('encrypt')
    .description('reads a value from standard input and prints it sealed: enc:...')
    .action(async (options: CommonOptions) => {
      const { encrypt } = await import('./commands/secrets/encrypt.ts');
      await encrypt(options, readEnv());
    });
  withSecretInput('decrypt')
    .description('reads a sealed value from standard input and prints its text')
    .action(async (options: CommonOptions) => {
      const { decrypt } = await import('./commands/secrets/encrypt.ts');
      await decrypt(options, readEnv());
    });
  withKeys('check')
    .description('prints secrets that cannot be opened, are plain, old or known to everybody')
    .argument('[file...]', '.env, .yaml or .json (default: the environment)')
    .addHelpText('after', '\nExit code: 0 none, 2 some that are plain, old or known, 1 some that cannot be opened.')
    .action(async (files: string[], options: CommonOptions) => {
      const { checkSecrets } = await import('./commands/secrets/check.ts');
      process.exitCode = await checkSecrets(files, options, readEnv());
    });
  withKeys('rotate')
    .description('seals sealed values with the first of the master keys; those behind it still open')
    .argument('[file...]', 'replaced in place, each as a whole')
    .option('--database', "the sensitive columns of auth's tables too, in batches, beside running services")
    .option('--database-url <url>', 'PostgreSQL (default: QF_DATABASE_URL, which keeps the password out of sight)')
    .addHelpText('after', '\nExit code: 0 nothing needs an older key any more, 1 something could not be opened.')
    .action(async (files: string[], options: RotateOptions) => {
      const { rotate } = await import('./commands/secrets/rotate.ts');
      process.exitCode = await rotate(files, options, readEnv());
    });
}

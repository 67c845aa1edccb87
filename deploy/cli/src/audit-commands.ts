import type { Command } from 'commander';
import type { VerifyAuditOptions } from './commands/audit.ts';
import { readEnv } from './config.ts';
import { fleetCommand } from './options.ts';

export function addAudit(program: Command): void {
  const audit = program.command('audit').description('who did what to what');
  fleetCommand(audit, 'verify')
    .description('checks that the audit trail is as it was written')
    .option('--anchor <signed>', 'a signed head from the log of auth, kept outside of the database')
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing was altered, removed, inserted or moved, 2 something was, 1 it could not be told.',
    )
    .action(async (options: VerifyAuditOptions) => {
      const { verifyAudit } = await import('./commands/audit.ts');
      process.exitCode = await verifyAudit(options, readEnv());
    });
}

import { createAudit } from '../src/audit/create-audit.ts';
import { openDatabase } from '../src/database/open-database.ts';

/** Records entries until it is killed, several at once; a line for each that was acknowledged. */
const [, , url = '', name = ''] = process.argv;
const audit = createAudit(await openDatabase(url));

async function write(lane: number): Promise<never> {
  for (let number = 0; ; number++) {
    const target = `${name}:${lane}:${number}`;
    await audit.record({ actor: 'writer', action: 'test.write', target, outcome: 'allowed' });
    process.stdout.write(`${target}\n`);
  }
}

await Promise.all([0, 1, 2].map(write));

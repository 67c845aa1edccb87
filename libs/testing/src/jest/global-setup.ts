import { keepCompiledCode, leaveDeskNote, readTestConfig } from '../config.ts';
import { openDesk } from '../servers/desk.ts';
import { makePlan, missingServers } from '../servers/plan.ts';
import { keepDesk } from './running-desk.ts';

/** Once per run, before the tests: finds out which servers can be had. None is started until a test asks. */
export default async function globalSetup(): Promise<void> {
  const config = readTestConfig();
  const plan = await makePlan(config);
  const missing = missingServers(plan);
  const refused = config.required.filter((name) => missing[name] !== undefined);
  if (refused.length > 0) {
    const reasons = refused.map((name) => `${name}: ${missing[name]}`);
    throw new Error(`QF_REQUIRE asks for servers that this machine cannot provide.\n${reasons.join('\n')}`);
  }
  const desk = await openDesk(plan);
  keepDesk(desk);
  keepCompiledCode();
  leaveDeskNote({ url: desk.url, missing });
}

import { takeDesk } from './running-desk.ts';

/** Once per run, after the tests: stops the servers. */
export default async function globalTeardown(): Promise<void> {
  await takeDesk()?.close();
}

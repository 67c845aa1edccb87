import type { LaunchConfig } from '../config.ts';
import { claimDataDir } from './data-dir.ts';
import type { Launch } from './launch.ts';
import { assertPortFree } from './port-check.ts';
import { removeRunFile } from './run-file.ts';

/**
 * Every check that can refuse a start, before anything is started: the data directory is made and locked, the
 * port tried. A refused start leaves nothing behind.
 * @throws ConfigError with one sentence
 */
export async function claimForStart(config: LaunchConfig, launch: Launch): Promise<void> {
  const claimed = claimDataDir(config.dataDir);
  try {
    await assertPortFree(config);
  } catch (error) {
    claimed.undo();
    throw error;
  }
  launch.closers.add('data directory', async () => claimed.release());
  // What a killed run left.
  removeRunFile(config.dataDir);
}

import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where the native servers' programs are looked for. */
export interface NativeConfig {
  path: string[];
  javaHome: string | undefined;
  /** A directory with `libs/*.jar`, or the `libs` directory itself. */
  kafkaHome: string | undefined;
  cacheDir: string;
}

/** Where Debian installs mariadbd; the PATH of an ordinary user leaves it out. */
const SERVER_DIRECTORY = '/usr/sbin';

export function readNativeConfig(env: NodeJS.ProcessEnv = process.env): NativeConfig {
  return {
    path: [...(env.PATH ?? '').split(delimiter).filter((entry) => entry !== ''), SERVER_DIRECTORY],
    javaHome: env.JAVA_HOME || undefined,
    kafkaHome: env.QF_KAFKA_HOME || undefined,
    cacheDir: join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'quotefleet'),
  };
}

/** The full path of a program on PATH. */
export function findProgram(name: string, path: string[] = readNativeConfig().path): string | undefined {
  return path.map((directory) => join(directory, name)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

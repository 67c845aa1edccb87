import { SecretError } from '../secret-error.ts';

/** Loads an optional package by its name. */
export type LoadPeer = (name: string) => Promise<unknown>;

export const importPeer: LoadPeer = async (name) => {
  try {
    return await import(name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new SecretError(`QF_MASTER_KEY_SOURCE: needs the package ${name} (npm install ${name})`, { cause });
  }
};

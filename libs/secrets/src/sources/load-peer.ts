import { SecretError } from '../secret-error.ts';

/** Loads an optional package by its name. */
export type LoadPeer = (name: string) => Promise<unknown>;

const NOT_FOUND = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

export const importPeer: LoadPeer = async (name) => {
  try {
    return await import(name);
  } catch (cause) {
    if (!NOT_FOUND.includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new SecretError(`QF_MASTER_KEY_SOURCE: needs the package ${name} (npm install ${name})`, { cause });
  }
};

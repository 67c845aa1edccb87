import { tablesDirectory } from './config.ts';
import { loadRegistry, type TableRegistry } from './registry.ts';

let registry: TableRegistry | undefined;

/**
 * The registry of this process, read once.
 * @throws RegistryError
 */
export function tableRegistry(): TableRegistry {
  registry ??= loadRegistry(tablesDirectory());
  return registry;
}

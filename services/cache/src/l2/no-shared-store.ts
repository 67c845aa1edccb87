import type { SharedStore } from './shared-store.ts';

/** The second level of a node that has none. */
export const noSharedStore: SharedStore = {
  find: async () => undefined,
  put: () => undefined,
  close: async () => undefined,
};

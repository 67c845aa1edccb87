import type { SecondFactorStore } from './second-factor-store.ts';

/** A SecondFactorStore in memory. */
export function createFakeSecondFactorStore(): SecondFactorStore {
  const factors = new Map<string, { seedSealed: string; confirmed: boolean; lastStep: number; codes: Set<string> }>();
  return {
    async find(userId) {
      const factor = factors.get(userId);
      return factor && { seedSealed: factor.seedSealed, confirmed: factor.confirmed };
    },
    async enrol(userId, seedSealed) {
      if (factors.get(userId)?.confirmed) return false;
      factors.set(userId, { seedSealed, confirmed: false, lastStep: 0, codes: new Set() });
      return true;
    },
    async useStep(userId, step) {
      const factor = factors.get(userId);
      if (!factor || factor.lastStep >= step) return false;
      factor.lastStep = step;
      return true;
    },
    async confirm(userId, recoveryHashes) {
      const factor = factors.get(userId);
      if (factor) factors.set(userId, { ...factor, confirmed: true, codes: new Set(recoveryHashes) });
    },
    useRecoveryCode: async (userId, codeHash) => factors.get(userId)?.codes.delete(codeHash) ?? false,
    async remove(userId) {
      factors.delete(userId);
    },
  };
}

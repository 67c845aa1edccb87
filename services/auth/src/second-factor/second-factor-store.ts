/** A user's authenticator. */
export interface SecondFactor {
  seedSealed: string;
  /** It is asked for at sign-in from then on. */
  confirmed: boolean;
}

export interface SecondFactorStore {
  find(userId: string): Promise<SecondFactor | undefined>;
  /** Keeps a seed that is not confirmed yet, in place of a former one. Answers false where a confirmed one is there. */
  enrol(userId: string, seedSealed: string): Promise<boolean>;
  /** Uses up the code of a time step: false where that step or a later one was used before. */
  useStep(userId: string, step: number): Promise<boolean>;
  /** Confirms the seed and stores the hashes of recovery codes in place of former ones. */
  confirm(userId: string, recoveryHashes: readonly string[], now: Date): Promise<void>;
  /** Uses up a recovery code: false where there is no such one. */
  useRecoveryCode(userId: string, codeHash: string): Promise<boolean>;
  remove(userId: string): Promise<void>;
}

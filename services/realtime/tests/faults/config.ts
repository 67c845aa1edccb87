/** Long enough to pass every limit of a node (5 s behind, farewell) but that of Kafka's sessions, 10 s. */
const FAULT_SECONDS = 6;

/** How the fault matrix is run; see docs/reliability.md. */
export interface FaultsConfig {
  /** How long pauses and partitions last. */
  faultMs: number;
  /** Where the results are written, if anywhere. */
  reportDir: string | undefined;
}

export function readFaultsConfig(env: NodeJS.ProcessEnv = process.env): FaultsConfig {
  return {
    faultMs: Number(env.QF_FAULT_SECONDS ?? FAULT_SECONDS) * 1000,
    reportDir: env.QF_FAULT_REPORT_DIR || undefined,
  };
}

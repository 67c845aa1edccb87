/** The TDengine to measure, by QF_TDENGINE_URL; there is none to start. */
export function tdengineUrl(): string | undefined {
  return process.env.QF_TDENGINE_URL || undefined;
}

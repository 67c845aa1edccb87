/** The TDengine to measure, by QF_TDENGINE_URL; there is none to start. */
export function tdengineUrl(): string | undefined {
  return process.env.QF_TDENGINE_URL || undefined;
}

/** How many connections to hold, by QF_BENCH_CONNECTIONS; as many as this machine allows where absent. */
export function connectionsWanted(): number | undefined {
  const text = process.env.QF_BENCH_CONNECTIONS;
  if (!text) return undefined;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`expected QF_BENCH_CONNECTIONS to be a count, was '${text}'`);
  return Number(text);
}

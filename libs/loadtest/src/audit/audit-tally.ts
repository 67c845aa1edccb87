/** Faults that a server must never show: a silent loss, a double, a wrong order, a room that was not asked for. */
export const VIOLATIONS = ['hole', 'double', 'disorder', 'stray', 'tail'] as const;
export type Violation = (typeof VIOLATIONS)[number];

const SAMPLES_MAX = 20;

/** What an audit counted. */
export interface AuditTotals {
  messages: number;
  violations: Record<Violation, number>;
  /** Sequence numbers that holes leave out, at least. */
  missing: number;
  /** Announced gaps by reason: how often, and how many sequence numbers. */
  gaps: Record<string, { notices: number; messages: number }>;
  /** A room's sequence was started anew. */
  epochChanges: number;
  heartbeats: number;
  /** Frames that are not what the protocol says. */
  malformed: number;
  /** The first violations, in words. */
  samples: string[];
}

export function emptyTotals(): AuditTotals {
  return {
    messages: 0,
    violations: { hole: 0, double: 0, disorder: 0, stray: 0, tail: 0 },
    missing: 0,
    gaps: {},
    epochChanges: 0,
    heartbeats: 0,
    malformed: 0,
    samples: [],
  };
}

export function addViolation(totals: AuditTotals, violation: Violation, words: string): void {
  totals.violations[violation] += 1;
  if (totals.samples.length < SAMPLES_MAX) totals.samples.push(`${violation}: ${words}`);
}

export function addGap(totals: AuditTotals, reason: string, messages: number, notices = 1): void {
  totals.gaps[reason] ??= { notices: 0, messages: 0 };
  totals.gaps[reason].notices += notices;
  totals.gaps[reason].messages += messages;
}

/** Adds what another auditor counted. */
export function addTotals(sum: AuditTotals, other: AuditTotals): void {
  sum.messages += other.messages;
  sum.missing += other.missing;
  sum.epochChanges += other.epochChanges;
  sum.heartbeats += other.heartbeats;
  sum.malformed += other.malformed;
  for (const violation of VIOLATIONS) sum.violations[violation] += other.violations[violation];
  for (const [reason, { notices, messages }] of Object.entries(other.gaps)) addGap(sum, reason, messages, notices);
  sum.samples.push(...other.samples.slice(0, SAMPLES_MAX - sum.samples.length));
}

/** Whether nothing was lost in silence, doubled, disordered or unreadable. */
export function isClean({ violations, malformed }: AuditTotals): boolean {
  return malformed === 0 && VIOLATIONS.every((violation) => violations[violation] === 0);
}

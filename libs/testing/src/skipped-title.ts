import type { ServerName } from './config.ts';

/** Why a block was skipped, as its title carries it. */
export interface SkipReason {
  server: ServerName;
  reason: string;
}

/** `title [skipped without kafka: reason]`: what jest shows, and what the closing report reads again. */
export function skippedTitle(title: string, reasons: SkipReason[]): string {
  return `${title}${reasons.map(({ server, reason }) => ` [skipped without ${server}: ${reason}]`).join('')}`;
}

/** The inverse of `skippedTitle`. */
export function parseSkippedTitle(skipped: string): { title: string; reasons: { server: string; reason: string }[] } {
  const marks = [...skipped.matchAll(/ \[skipped without (\w+): ([^\]]*)\]/g)];
  const title = marks[0] ? skipped.slice(0, marks[0].index) : skipped;
  return { title, reasons: marks.map(([, server = '', reason = '']) => ({ server, reason })) };
}

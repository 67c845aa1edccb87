import type { z } from 'zod';

/** What zod puts before its own words, and what it says of a value that is not there. */
const PREFIX = /^Invalid (?:input|option): /;
const MISSING = /, received undefined$/;

/** What is wrong with a value, for whoever gave it: what was expected, and that it is missing where it is. */
export function wordIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues.map(wordIssue).join('; ');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const ways = issue.errors.flatMap(([first]) => (first ? [wordIssue(first)] : []));
    return [...new Set(ways)].join(', or ');
  }
  return issue.message.replace(PREFIX, '').replace(MISSING, ', is missing');
}

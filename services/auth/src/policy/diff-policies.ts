import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '@quotefleet/contracts';

/** Names of roles and ids of rules. */
export interface PolicyDiff {
  added: string[];
  removed: string[];
  changed: string[];
}

/** What another policy would change. */
export function diffPolicies(from: Policy, to: Policy): PolicyDiff {
  const [before, after] = [byName(from), byName(to)];
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after].flatMap(([name, item]) => {
      const former = before.get(name);
      return former && !isDeepStrictEqual(former, item) ? [name] : [];
    }),
  };
}

function byName({ roles, functions, rows }: Policy): Map<string, object> {
  const named = new Map<string, object>(roles.map((role) => [`role ${role.name}`, role]));
  for (const rule of [...functions, ...rows]) named.set(rule.id, rule);
  return named;
}

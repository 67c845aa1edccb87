/** Globs kept ready; a policy has far fewer. */
const KNOWN_MAX = 10_000;
const known = new Map<string, RegExp>();

/** Whether a path fits a glob: `*` stands for one part or a piece of it, `**` for any number of parts. */
export function fitsPath(glob: string, path: string): boolean {
  return expressionOf(glob, '[^/]*').test(path);
}

/** Whether a name fits a glob, in which `*` stands for any characters. */
export function fitsName(glob: string, name: string): boolean {
  return glob === '*' || expressionOf(glob, '.*').test(name);
}

/** Whether there is a name that fits both globs. */
export function meet(one: string, other: string): boolean {
  // From the ends on: what fits the rest of the one from `i`, for each rest of the other.
  let after: boolean[] = [];
  for (let i = one.length; i >= 0; i--) {
    const now: boolean[] = [];
    for (let j = other.length; j >= 0; j--) {
      if (i === one.length && j === other.length) now[j] = true;
      else if (one[i] === '*' || other[j] === '*') now[j] = (after[j] ?? false) || (now[j + 1] ?? false);
      else now[j] = one[i] === other[j] && (after[j + 1] ?? false);
    }
    after = now;
  }
  return after[0] ?? false;
}

function expressionOf(glob: string, star: string): RegExp {
  const key = `${star} ${glob}`;
  const found = known.get(key);
  if (found) return found;
  const source = glob
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*{2,}|\*/g, (stars) => (stars.length > 1 ? '.*' : star));
  const expression = new RegExp(`^${source}$`);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(key, expression);
  return expression;
}

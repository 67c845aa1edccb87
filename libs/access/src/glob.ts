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

/** Whether a path fits a glob: `*` stands for one part or a piece of it, `**` for any number of parts. */
export function matchesGlob(glob: string, path: string): boolean {
  return glob.startsWith('/') && expressionOf(glob).test(path);
}

function expressionOf(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`);
}

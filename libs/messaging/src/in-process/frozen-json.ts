/**
 * A frozen copy of `value` with what JSON would keep of it, made without a detour through text.
 * One copy serves every group: producers may go on changing theirs, and a consumer that tries to
 * change a shared one gets a TypeError instead of changing what the others see.
 *
 * @throws TypeError for what JSON cannot hold at all (undefined, functions, bigint)
 */
export function frozenJson(value: unknown): unknown {
  const copy = copyOf(value);
  if (copy === undefined) {
    throw new TypeError(`expected a JSON value to publish, was ${typeof value}`);
  }
  return copy;
}

function copyOf(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      throw new TypeError('expected a JSON value to publish, was a bigint');
    case 'object':
      return value === null ? value : copyOfObject(value);
    default:
      return undefined;
  }
}

function copyOfObject(value: object): unknown {
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copyOf(value.toJSON());
  }
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item) => copyOf(item) ?? null));
  }
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const memberCopy = copyOf(member);
    if (memberCopy !== undefined) {
      copy[name] = memberCopy;
    }
  }
  return Object.freeze(copy);
}

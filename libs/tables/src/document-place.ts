import { type Document, isMap, isNode, isScalar, isSeq, type Node } from 'yaml';

export type Path = readonly PropertyKey[];

export interface Place {
  offset: number;
  exists: boolean;
  /** What is written there, of a single value. */
  value: unknown;
}

/** A part of the document, or else the deepest part above it. */
export function placeOf(document: Document.Parsed, path: Path): Place {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const step of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const next: unknown = isSeq(node) ? node.items[Number(step)] : pair?.value;
    offset = (pair && isScalar(pair.key) ? pair.key.range?.[0] : isNode(next) ? next.range?.[0] : undefined) ?? offset;
    if (!isNode(next)) return { offset, exists: pair !== undefined, value: isScalar(node) ? node.value : undefined };
    node = next;
  }
  return { offset, exists: true, value: isScalar(node) ? node.value : undefined };
}

/** Rooms in which every tick of a symbol counts by one, so that a step over more is a hole by itself. */
const COUNTED = /^(tick|index|depth):/;

/**
 * The rooms of a connection, numbered; shared by all connections with the same rooms. A room that a wildcard stands for
 * is numbered when it is first heard of.
 */
export class RoomSet {
  readonly names: readonly string[];
  readonly #slots = new Map<string, number>();
  readonly #rooms: string[] = [];
  readonly #isCounted: boolean[] = [];
  readonly #patterns: RegExp[];

  constructor(names: readonly string[]) {
    this.names = names;
    this.#patterns = names.filter((name) => name.includes('*')).map(toPattern);
    for (const name of names) if (!name.includes('*')) this.#add(name);
  }

  /** Of the room, -1 where it is none of these. */
  slotOf(room: string): number {
    const slot = this.#slots.get(room);
    if (slot !== undefined) return slot;
    return this.#patterns.some((pattern) => pattern.test(room)) ? this.#add(room) : -1;
  }

  get size(): number {
    return this.#rooms.length;
  }

  roomAt(slot: number): string {
    return this.#rooms[slot] ?? '';
  }

  isCounted(slot: number): boolean {
    return this.#isCounted[slot] ?? false;
  }

  #add(room: string): number {
    const slot = this.#rooms.push(room) - 1;
    this.#slots.set(room, slot);
    this.#isCounted.push(COUNTED.test(room));
    return slot;
  }
}

function toPattern(name: string): RegExp {
  const parts = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^:]+')}$`);
}

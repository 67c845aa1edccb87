/** What the other nodes hold of what is limited over all of them. */
export interface Elsewhere {
  /** Tells the others how many of something this node has now. */
  tell(key: string, count: number): void;
  /** How many of it they have together; 0 where that cannot be known. */
  count(key: string): Promise<number>;
}

export const NO_OTHER_NODES: Elsewhere = { tell: () => undefined, count: async () => 0 };

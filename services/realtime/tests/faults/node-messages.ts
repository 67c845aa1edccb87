/** From a test to the node that it runs. The first one is `start`. */
export type NodeOrder =
  | { kind: 'start'; env: Record<string, string>; routes: [fromPort: number, toPort: number][] }
  | { kind: 'step-clock'; ms: number }
  | { kind: 'memory' }
  | { kind: 'stop' };

export type NodeReport =
  | { kind: 'started'; url: string; groups: string[] }
  | { kind: 'memory'; bytes: NodeJS.MemoryUsage };

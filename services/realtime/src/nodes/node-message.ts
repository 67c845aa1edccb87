import { z } from 'zod';

const from = { node: z.string().min(1).max(64), host: z.string().max(256) };
const topic = z.string().max(64);
const id = z.string().max(64);

/** What nodes say to each other. */
export const nodeMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('here'), ...from, isNew: z.boolean() }),
  z.object({ kind: z.literal('gone'), ...from }),
  z.object({ kind: z.literal('tell'), ...from, topic, body: z.unknown().optional() }),
  z.object({ kind: z.literal('ask'), ...from, id, topic, body: z.unknown().optional() }),
  z.object({ kind: z.literal('answer'), ...from, id, body: z.unknown().optional() }),
]);
export type NodeMessage = z.infer<typeof nodeMessageSchema>;

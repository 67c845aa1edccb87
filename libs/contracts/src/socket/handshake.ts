import { z } from 'zod';

/** How the frames of a connection are encoded: JSON, or MessagePack in one binary attachment. */
export const ENCODINGS = ['json', 'msgpack'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The `auth` of the Socket.IO handshake: one of the credentials, and how frames are to come. */
export const handshakeSchema = z.object({
  apiKey: z.string().min(1).max(200).optional().meta({ description: 'An API key with the scope read' }),
  token: z.string().min(1).max(4096).optional().meta({ description: 'An access token with the scope read' }),
  ticket: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Of POST /api/v1/auth/socket-ticket: good once, for 30 s; for browsers' }),
  encoding: z.enum(ENCODINGS).default('json'),
});
export type Handshake = z.input<typeof handshakeSchema>;

export const refreshRequestSchema = z.object({ token: z.string().min(1).max(4096) }).strict();

/** The acknowledgement of a refresh: until when the connection is good now, or why the token was not taken. */
export const refreshReplySchema = z.object({
  /** Ms since the epoch, where the credentials expire. */
  expiresAt: z.int().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type RefreshReply = z.infer<typeof refreshReplySchema>;

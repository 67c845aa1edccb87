import type { ServerMessage, SystemPayload } from '@quotefleet/contracts';
import { io } from 'socket.io-client';

/** The codes that a client was told before its connection ended. */
export interface Farewells {
  readonly codes: readonly string[];
  close(): void;
}

/** Connects a client through the gateway. */
export async function hearFarewells(gatewayUrl: string, apiKey: string): Promise<Farewells> {
  const socket = io(`${gatewayUrl}/market`, { auth: { apiKey }, transports: ['websocket'], reconnection: false });
  const codes: string[] = [];
  socket.on('messages', (frame: ServerMessage[]) => {
    for (const message of frame) if (message.type === 'system') codes.push((message.payload as SystemPayload).code);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return { codes, close: () => socket.disconnect() };
}

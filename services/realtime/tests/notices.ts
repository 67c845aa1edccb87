import { expect } from '@jest/globals';
import type { Fixture, TestClient } from './fixture.ts';

/** Has a node tell the clients of all nodes, in the room `system`. */
export async function notify(node: Fixture, message: string): Promise<void> {
  const response = await fetch(`${node.service.url}/internal/realtime/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  expect(response.status).toBe(202);
}

/** What a client was told in the room `system`. */
export function notices({ messages }: TestClient): string[] {
  return messages
    .filter(({ type }) => type === 'system')
    .map(({ payload }) => (payload as { message: string }).message);
}

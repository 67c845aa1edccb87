import type { Desk } from '../servers/desk.ts';

/** Setup and teardown run in one process but need not share module instances: what they share hangs here. */
const holder = globalThis as { [running]?: Desk | undefined };
const running = Symbol.for('quotefleet.testing.desk');

export function keepDesk(desk: Desk): void {
  holder[running] = desk;
}

export function takeDesk(): Desk | undefined {
  const desk = holder[running];
  holder[running] = undefined;
  return desk;
}

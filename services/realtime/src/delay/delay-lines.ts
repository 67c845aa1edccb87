import type { LaneTerms } from '../rooms/lane-terms.ts';
import type { RoomListener } from '../rooms/room-hub.ts';
import type { Room } from '../rooms/room-name.ts';
import type { RoomSource, Update } from '../rooms/room-source.ts';
import { DelayLine, type DelayLineContext } from './delay-line.ts';

/** One line for each delay that a role has. */
export class DelayLines implements RoomListener {
  readonly #context: DelayLineContext;
  readonly #lines = new Map<number, DelayLine>();

  constructor(context: DelayLineContext) {
    this.#context = context;
  }

  source(live: RoomSource, delaySeconds: number): RoomSource {
    return this.#line(delaySeconds).source(live);
  }

  /** Somebody is in a room: who found it prepared may have taken so long that it was forgotten. */
  joined({ kind, name }: Room, { delaySeconds }: LaneTerms): void {
    if (delaySeconds > 0 && kind !== 'feed') this.#line(delaySeconds).include(name);
  }

  release(): void {
    for (const line of this.#lines.values()) line.release();
  }

  published(update: Update): void {
    for (const line of this.#lines.values()) line.push(update);
  }

  dropped(room: Room): void {
    for (const line of this.#lines.values()) line.forget(room);
  }

  #line(delaySeconds: number): DelayLine {
    const line = this.#lines.get(delaySeconds) ?? new DelayLine(this.#context, delaySeconds);
    this.#lines.set(delaySeconds, line);
    return line;
  }
}

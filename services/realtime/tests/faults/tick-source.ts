import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEvent, type TickPayload, TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { uniqueName } from '@quotefleet/testing';
import { tickOf } from '../payloads.ts';
import type { Truth } from './audit.ts';

const STEP_MS = 50;
const ATTEMPTS_MAX = 5;

interface TickSourceOptions {
  bus: EventBus;
  symbols: readonly string[];
  /** Ticks a second, of all symbols together. */
  perSecond: number;
  /** In place of what the ticks usually hold. */
  fields?: Partial<TickPayload>;
}

/**
 * Publishes ticks at a steady rate, each symbol's counted by one, and knows which the bus accepted: what it is not sure
 * of is published again before anything else.
 */
export class TickSource {
  readonly epoch = uniqueName('epoch');
  readonly #options: TickSourceOptions;
  readonly #accepted = new Map<string, number>();
  #running: Promise<void> | undefined;
  #isStopping = false;

  constructor(options: TickSourceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopping = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  /** The last sequence of a symbol that the bus accepted; 0 before the first. */
  accepted(symbol: string): number {
    return this.#accepted.get(symbol) ?? 0;
  }

  truth(): Truth {
    const published = [...this.#accepted].map(
      ([symbol, to]) => [`tick:${symbol}`, [{ epoch: this.epoch, from: 1, to }]] as const,
    );
    return new Map(published);
  }

  async #run(): Promise<void> {
    const { symbols, perSecond } = this.#options;
    let published = 0;
    let turn = 0;
    const startedMs = performance.now();
    while (!this.#isStopping) {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond) - published;
      const batch = Array.from({ length: due }, () => symbols[turn++ % symbols.length] ?? '');
      if (due > 0) await this.#publish(batch);
      published += due;
      await sleep(STEP_MS);
    }
  }

  async #publish(batch: readonly string[]): Promise<void> {
    const next = new Map(this.#accepted);
    const events = batch.map((symbol) => {
      const seq = (next.get(symbol) ?? 0) + 1;
      next.set(symbol, seq);
      const fields = { ...this.#options.fields, epoch: this.epoch, ts: Date.now() };
      return { key: symbol, value: createEvent('md.tick', tickOf(symbol, seq, fields)) };
    });
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.bus.publish(TOPICS.ticks, events);
        break;
      } catch (error) {
        if (attempt === ATTEMPTS_MAX) throw error;
        await sleep(STEP_MS);
      }
    }
    for (const [symbol, seq] of next) this.#accepted.set(symbol, seq);
  }
}

let nextSymbol = randomInt(600_000, 699_000);

/** Symbols that nobody else on the same broker uses: another epoch of theirs would be news to the clients. */
export function ownSymbols(count: number): string[] {
  return Array.from({ length: count }, () => `${nextSymbol++}.SH`);
}

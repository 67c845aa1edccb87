import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestTick } from '@quotefleet/contracts';

const BATCH_PAUSE_MS = 20;
const RETRY_MS = 200;
/** A Wednesday in continuous trading, Shanghai time. */
const FIRST_TS = Date.parse('2026-07-15T10:00:00+08:00');
const TICK_STEP_MS = 10;

interface GeneratorOptions {
  gatewayUrl: string;
  apiKey: string;
  symbols: readonly string[];
  epoch: string;
  /** Where each acknowledged tick is written, one JSON line each, before the next batch is made. */
  recordPath: string;
}

/**
 * Posts ticks with its own sequence, and keeps its own record of what was acknowledged. A batch whose answer never
 * came, or was not a yes, is sent again as it is until it is acknowledged.
 */
export class TickGenerator {
  readonly #options: GeneratorOptions;
  #seq = 0;
  #stop = false;
  #done: Promise<void> | undefined;
  /** Batches that had to be sent again. */
  resent = 0;

  constructor(options: GeneratorOptions) {
    this.#options = options;
  }

  /** The last sequence acknowledged, the same for each symbol. */
  get seq(): number {
    return this.#seq;
  }

  start(): void {
    this.#done = this.#run();
  }

  async finish(): Promise<void> {
    this.#stop = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    const record = createWriteStream(this.#options.recordPath);
    while (!this.#stop) {
      const ticks = this.#options.symbols.map((symbol, index) => this.#tick(symbol, index, this.#seq + 1));
      while (!(await this.#post(ticks))) {
        this.resent += 1;
        await sleep(RETRY_MS);
      }
      await new Promise((written) => record.write(ticks.map((tick) => `${JSON.stringify(tick)}\n`).join(''), written));
      this.#seq += 1;
      await sleep(BATCH_PAUSE_MS);
    }
    await new Promise<void>((closed) => record.end(closed));
  }

  async #post(ticks: readonly IngestTick[]): Promise<boolean> {
    const { gatewayUrl, apiKey } = this.#options;
    try {
      const response = await fetch(`${gatewayUrl}/api/v1/ingest/ticks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
        body: JSON.stringify({ ticks }),
        signal: AbortSignal.timeout(15_000),
      });
      const text = await response.text();
      if (response.status !== 202) return false;
      const { rejected } = (JSON.parse(text) as { data: { rejected: unknown[] } }).data;
      if (rejected.length > 0) throw new TypeError(`a tick was rejected: ${text}`);
      return true;
    } catch (error) {
      if (error instanceof TypeError && error.message.startsWith('a tick')) throw error;
      return false;
    }
  }

  #tick(symbol: string, index: number, seq: number): IngestTick {
    // No two ticks are alike, so that one stored in another's place shows.
    const last = round(10 + index + (seq % 500) / 100);
    const volume = seq * 100 + index;
    return {
      symbol,
      ts: FIRST_TS + seq * TICK_STEP_MS,
      seq,
      epoch: this.#options.epoch,
      last,
      open: 10 + index,
      high: 20 + index,
      low: 5 + index,
      preClose: 10 + index,
      volume,
      amount: round(volume * last),
      bidPrices: [round(last - 0.01)],
      bidVolumes: [seq],
      askPrices: [round(last + 0.01)],
      askVolumes: [seq + 1],
      source: 'generator',
    };
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

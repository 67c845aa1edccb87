import { Latencies } from '../measures/latencies.ts';
import { SelfWatch } from '../measures/self-watch.ts';
import type { WorkerSample } from './worker-messages.ts';

/** Counts what a worker receives between two samples. */
export class Meter {
  readonly latencies = new Latencies();
  readonly #self = new SelfWatch();
  #messages = 0;
  #frames = 0;
  #bytes = 0;

  frame(messages: number, bytes: number): void {
    this.#frames += 1;
    this.#messages += messages;
    this.#bytes += bytes;
  }

  sample(open: number): WorkerSample {
    const sample: WorkerSample = {
      at: Date.now(),
      messages: this.#messages,
      frames: this.#frames,
      bytes: this.#bytes,
      open,
      self: this.#self.sample(),
      ...(this.latencies.count === 0 ? {} : { latencies: this.latencies.encode() }),
    };
    this.latencies.reset();
    this.#messages = 0;
    this.#frames = 0;
    this.#bytes = 0;
    return sample;
  }
}

import { LoadWorker } from './worker/load-worker.ts';
import type { FromWorker, ToWorker } from './worker/worker-messages.ts';

const SAMPLE_EVERY_MS = 1000;

/** A process that holds a share of the connections; told what to do, and asked, by the one that started it. */
let worker: LoadWorker | undefined;

function send(message: FromWorker): void {
  process.send?.(message);
}

function report(isLap: boolean): void {
  if (!worker) return;
  worker.checkAlive();
  send({ kind: 'sample', sample: worker.sample(), isLap });
  send({ kind: 'progress', counts: worker.counts, isSettled: worker.isSettled });
}

async function obey(message: ToWorker): Promise<void> {
  if (message.kind === 'open') {
    worker = new LoadWorker(message.plan);
    setInterval(() => report(false), SAMPLE_EVERY_MS);
    return;
  }
  if (!worker) throw new Error(`expected to be told to open connections first, was told '${message.kind}'`);
  switch (message.kind) {
    case 'lap':
      report(true);
      return;
    case 'mark':
      send({ kind: 'marked', heads: worker.heads() });
      return;
    case 'audit': {
      const totals = await worker.audit(message.heads, message.graceMs);
      send({ kind: 'audited', totals, counts: worker.counts });
      return;
    }
    case 'close':
      worker.close();
      process.disconnect();
  }
}

process.on('message', (message) => void obey(message as ToWorker));
// The process that started this one is gone, or has let it go.
process.on('disconnect', () => process.exit(0));
// A person's Ctrl-C reaches the whole group: that process ends this one when it is done.
process.on('SIGINT', () => undefined);

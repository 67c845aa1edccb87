import { createEvent, marketApi, type TickPayload, TOPICS } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { z } from 'zod';

const ANSWER_TIMEOUT_MS = 30_000;
const reportSchema = z.object({
  data: z.object({
    accepted: z.int(),
    rejected: z.array(z.object({ field: z.string(), message: z.string() })),
  }),
});

export type PublishTicks = (ticks: TickPayload[]) => Promise<number>;

/** Straight onto the bus that the realtime nodes read, as an ingest owner does. */
export function busPublisher(bus: EventBus): PublishTicks {
  return async (ticks) => {
    await bus.publish(
      TOPICS.ticks,
      ticks.map((tick) => ({ key: tick.symbol, value: createEvent('md.tick', tick) })),
    );
    return ticks.length;
  };
}

/** Through the ingest API, which checks them, gives them their place in the sequence and stores them. */
export function apiPublisher({ url, apiKey }: { url: string; apiKey: string }): PublishTicks {
  return async (ticks) => {
    const bare = ticks.map(({ seq: _seq, epoch: _epoch, receivedTs: _receivedTs, ...tick }) => tick);
    const response = await fetch(`${url}${marketApi.ingestTicks.path}`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ ticks: bare }),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the ingest API answered ${response.status}: ${text.slice(0, 200)}`);
    const { accepted, rejected } = reportSchema.parse(JSON.parse(text)).data;
    const [first] = rejected;
    if (accepted === 0 && first) throw new Error(`no tick was taken: ${first.field}: ${first.message}`);
    return accepted;
  };
}

import { marketApi, type TickPayload } from '@quotefleet/contracts';
import { apiPublisher, busPublisher, TickMaker, TickTraffic, type TrafficTotals } from '@quotefleet/loadtest';
import { z } from 'zod';
import type { ApiClient } from '../api/api-client.ts';
import { CliError } from '../cli-error.ts';
import type { LoadTarget } from './load-target.ts';

const SYMBOLS_PER_CALL = 50;

const quotePage = z.object({
  quotes: z.array(
    z.object({
      ...{ symbol: z.string(), time: z.string(), last: z.number(), open: z.number(), high: z.number() },
      ...{ low: z.number(), preClose: z.number(), volume: z.int(), amount: z.number() },
    }),
  ),
});
type LastQuote = z.infer<typeof quotePage>['quotes'][number];

/** Ticks that the load test hands in. */
export interface TickSource {
  stop(): Promise<TrafficTotals>;
}

interface TickSourceOptions {
  target: LoadTarget;
  perSecond: number;
  symbols: readonly string[];
  /** `host:port,host:port`; through the API where absent. */
  kafka: string | undefined;
}

/** Hands ticks in at a pace. @throws CliError where there is nothing to begin with */
export async function startTickSource({ target, perSecond, symbols, kafka }: TickSourceOptions): Promise<TickSource> {
  if (symbols.length === 0) throw new CliError('expected rooms of symbols: there is nothing to hand ticks in for');
  if (kafka === undefined) {
    const next = afterQuotes(await lastQuotes(target.api, symbols));
    return new TickTraffic({ next, perSecond, publish: apiPublisher(target) });
  }
  const { createKafkaBus } = await import('@quotefleet/messaging');
  const bus = createKafkaBus({ brokers: kafka.split(','), clientId: 'quotefleet-loadtest' });
  const maker = new TickMaker(symbols, `loadtest-${Date.now().toString(36)}`);
  const traffic = new TickTraffic({ next: (ts) => maker.next(ts), perSecond, publish: busPublisher(bus) });
  return {
    stop: async () => {
      const totals = await traffic.stop();
      await bus.close();
      return totals;
    },
  };
}

async function lastQuotes(api: ApiClient, symbols: readonly string[]): Promise<LastQuote[]> {
  const quotes: LastQuote[] = [];
  for (let start = 0; start < symbols.length; start += SYMBOLS_PER_CALL) {
    const query = { symbols: symbols.slice(start, start + SYMBOLS_PER_CALL).join(',') };
    quotes.push(...(await api.call(marketApi.realtimeBatch, quotePage, { query })).quotes);
  }
  if (quotes.length === 0) throw new CliError('the fleet has no quote of these symbols to go on from');
  return quotes;
}

/** Each quote again and again, a millisecond later each time: a day without trading would not be taken. */
function afterQuotes(quotes: readonly LastQuote[]): () => TickPayload {
  let made = 0;
  return () => {
    const quote = quotes[made % quotes.length];
    if (!quote) throw new RangeError('expected a quote');
    made += 1;
    const { time, ...prices } = quote;
    const ts = Date.parse(time) + Math.ceil(made / quotes.length);
    return {
      ...prices,
      ...{ ts, seq: 0, epoch: '', bidPrices: [], bidVolumes: [], askPrices: [], askVolumes: [] },
      ...{ source: 'loadtest', receivedTs: ts },
    };
  };
}

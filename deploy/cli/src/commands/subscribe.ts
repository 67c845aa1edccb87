import { type AnyMessage, createClient, type QuotefleetClient } from '@quotefleet/client';
import type { Mode } from '@quotefleet/contracts';
import { CliError } from '../cli-error.ts';
import { type CommonOptions, requireTarget } from '../config.ts';
import { complain, say } from '../output.ts';

export interface SubscribeOptions extends CommonOptions {
  count?: number;
  mode?: Mode;
  maxHz?: number;
}

/** Prints the rooms' messages until `count` is reached or Ctrl-C is pressed; gives the exit code. */
export async function subscribe(
  rooms: readonly string[],
  options: SubscribeOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const { url, apiKey } = requireTarget(options, env);
  const client = createClient({ url, apiKey, onError: (error) => complain(String(error)) });
  try {
    return await printMessages(client, rooms, options);
  } finally {
    client.close();
  }
}

async function printMessages(
  { realtime }: QuotefleetClient,
  rooms: readonly string[],
  { count = Number.POSITIVE_INFINITY, mode, maxHz }: SubscribeOptions,
): Promise<number> {
  const { promise: stopped, resolve: stop, reject } = Promise.withResolvers<number>();
  // Whatever ends it first, also while it still connects.
  stopped.catch(() => undefined);
  process.once('SIGINT', () => stop(0));
  process.once('SIGTERM', () => stop(0));
  realtime.onState((state) => {
    if (state.status === 'closed' && state.code !== 'CLOSED') complain(`disconnected: ${state.reason} (${state.code})`);
    if (state.status === 'reconnecting') complain(`trying again in ${(state.inMs / 1000).toFixed(1)} s`);
  });
  let left = count;
  const onMessage = (message: AnyMessage) => {
    if (left <= 0) return;
    say(JSON.stringify(message));
    left -= 1;
    if (left <= 0) stop(0);
  };
  const terms = { ...(mode ? { mode } : {}), ...(maxHz === undefined ? {} : { maxHz }) };
  const onEnd = (error: Error) => reject(new CliError(`the fleet ended the subscription: ${error.message}`));
  const joining = realtime.connect().then(async () => {
    const results = await realtime.subscribeAll(
      rooms.map((room) => ({ room, ...terms, onMessage, onGap: onMessage, onEnd })),
    );
    for (const result of results) if (!result.accepted) complain(wordRefusal(result.room, result.error));
    if (!results.some(({ accepted }) => accepted)) stop(1);
  });
  joining.catch((error: Error) => reject(new CliError(`the fleet refused the connection: ${error.message}`)));
  return stopped;
}

/** Errors of a client name the room themselves, for who sees nothing else of it: here it is named once. */
export function wordRefusal(room: string, { message }: Error): string {
  const named = message.startsWith(room) ? message.slice(room.length) : '';
  if (named.startsWith(': ')) return `${room} was refused${named}`;
  return named === '' ? `${room} was refused: ${message}` : `${room} was refused: it${named}`;
}

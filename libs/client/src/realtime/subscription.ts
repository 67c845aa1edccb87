/// <reference lib="esnext.disposable" preserve="true" />
import type { Mode, RoomRefusal } from '@quotefleet/contracts/shapes';
import { QuotefleetError } from '../client-error.ts';
import { MessageQueue } from './message-queue.ts';
import type { AnyMessage, DataOfRoom, GapMessage } from './messages.ts';

/** What to subscribe to, and who takes what comes. */
export interface SubscribeOptions<Room extends string = string> {
  /** `tick:600519.SH`, `bar:600519.SH:1m`, `depth:...`, `index:...`, `board:...`, `market:movers`, `tick:*` ... */
  room: Room;
  /** `raw`: every message in order. `merge`: the newest, at most `maxHz` times a second. `raw` where the role has it. */
  mode?: Mode;
  /** With `merge`, 0.1 to 50. */
  maxHz?: number;
  /** Is handed every message. Without it messages wait for who iterates over the subscription. */
  onMessage?: (message: DataOfRoom<Room>) => void;
  /** Is told what is missing and stays missing. */
  onGap?: (gap: GapMessage) => void;
  /** The subscription is over, otherwise than by `unsubscribe()`. */
  onEnd?: (error: QuotefleetError) => void;
}

/** The terms on which the fleet let this client into a room. */
export interface Terms {
  /** Canonical. */
  room: string;
  mode: Mode;
  /** What `maxHz` came to, where the room is merged. */
  maxHz: number | undefined;
  /** So much later than it happens: a right of the role. */
  delaySeconds: number;
}

/** Who takes what a room gives. */
export interface Consumer {
  take(message: AnyMessage): void;
  end(error: QuotefleetError): void;
  /** Whether the room is up to date has changed. */
  turn?: (() => void) | undefined;
}

/**
 * A room that this client is in, over all its connections. Without `onMessage` it is iterated over, once; the messages
 * wait in a queue of bounded length meanwhile (`queueMax`), whose oldest make room where the loop is too slow: it gets
 * a gap with the reason `overflow` then. Leaving the loop unsubscribes.
 */
export interface Subscription<Room extends string = string>
  extends AsyncIterable<DataOfRoom<Room> | GapMessage>,
    AsyncDisposable {
  readonly terms: Terms;
  /** Messages that wait for the loop. */
  readonly queued: number;
  unsubscribe(): Promise<void>;
}

export interface SubscriptionPlan<Room extends string> {
  consumer: Consumer;
  /** The subscription, once the fleet let the client in. */
  open(terms: () => Terms, leave: () => Promise<void>): Subscription<Room>;
}

/** Where the messages of a subscription go; `guard` keeps what a callback throws away from the connection. */
export function planSubscription<Room extends string>(
  { onMessage, onGap, onEnd }: SubscribeOptions<Room>,
  {
    queueMax,
    guard,
    onTurn,
  }: { queueMax: number; guard: (work: () => unknown) => void; onTurn?: (() => void) | undefined },
): SubscriptionPlan<Room> {
  const queue = onMessage ? undefined : new MessageQueue<DataOfRoom<Room> & AnyMessage>(queueMax);
  const consumer: Consumer = {
    take(message) {
      if (message.type === 'gap' && onGap) guard(() => onGap(message));
      if (queue) queue.push(message as DataOfRoom<Room> & AnyMessage);
      else if (message.type !== 'gap') guard(() => onMessage?.(message as DataOfRoom<Room>));
    },
    end(error) {
      queue?.end(error);
      if (onEnd) guard(() => onEnd(error));
    },
    turn: onTurn && (() => guard(onTurn)),
  };
  return {
    consumer,
    open(terms, leave) {
      const unsubscribe = async () => {
        queue?.end();
        await leave();
      };
      return {
        get terms() {
          return terms();
        },
        get queued() {
          return queue?.size ?? 0;
        },
        unsubscribe,
        [Symbol.asyncDispose]: unsubscribe,
        [Symbol.asyncIterator]() {
          if (!queue) throw new QuotefleetError('CONFLICT', 'this subscription hands its messages to onMessage');
          return {
            next: () => queue.next() as Promise<IteratorResult<DataOfRoom<Room> | GapMessage>>,
            return: async () => {
              // Whoever leaves the loop does not wait for the fleet to hear of it.
              void unsubscribe();
              return { value: undefined, done: true };
            },
          };
        },
      };
    },
  };
}

/** Why the fleet did not let the client in. */
export function refusal(room: string, code: RoomRefusal | undefined, reason: string | undefined): QuotefleetError {
  return new QuotefleetError(code ?? 'FORBIDDEN', `${room}: ${reason ?? 'refused'}`);
}

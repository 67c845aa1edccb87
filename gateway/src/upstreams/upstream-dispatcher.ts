import { unavailable } from '@quotefleet/service-kit';
import { Dispatcher, interceptors } from 'undici';
import type { Upstream } from './upstream.ts';

const RETRIES_MAX = 2;
const RETRY_MS = 20;
/** Errors after which another instance may be asked: the gateway's own questions change nothing. */
const RETRIED_ERRORS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
];

/** For the gateway's own questions to a service: each goes to an instance that is ready, to another where that fails. */
export function createUpstreamDispatcher(upstream: Upstream): Dispatcher {
  return new UpstreamDispatcher(upstream).compose(
    interceptors.retry({
      maxRetries: RETRIES_MAX,
      minTimeout: RETRY_MS,
      maxTimeout: RETRY_MS,
      methods: ['GET', 'POST'],
      statusCodes: [],
      errorCodes: RETRIED_ERRORS,
    }),
  );
}

class UpstreamDispatcher extends Dispatcher {
  readonly #upstream: Upstream;

  constructor(upstream: Upstream) {
    super();
    this.#upstream = upstream;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const instance = this.#upstream.pick();
    if (!instance) throw unavailable(`${this.#upstream.name} is not available now`);
    return instance.pool.dispatch(options, handler);
  }
}

import type { ServeDirectly } from '@quotefleet/service-kit';
import { compressAnswers } from '../compression/compress-answers.ts';
import type { GatewayContext } from '../context.ts';
import { cors } from '../cors/cors.ts';
import type { FindDirect } from './direct-routes.ts';

/** Both go on at once with a GET, which is no preflight. */
const goOn = () => undefined;

/** The hot path: serves reads of the table past express's routing, which costs as much as all else that is done for one. */
export function createServeDirectly({ config, audit }: GatewayContext, findDirect: FindDirect): ServeDirectly {
  const allowOrigins = cors(config.corsOrigins);
  const compress = compressAnswers();
  return (request, response) => {
    if (request.method !== 'GET') return undefined;
    const hit = findDirect(request.url);
    if (!hit) return undefined;
    request.params = hit.params;
    allowOrigins(request, response, goOn);
    compress(request, response, goOn);
    return hit.serve(request, response).catch((error: unknown) => {
      audit.seeError(error, request, response, goOn);
      throw error;
    });
  };
}

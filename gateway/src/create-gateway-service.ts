import { createOriginReader, listen, type RunningService, startService } from '@quotefleet/service-kit';
import type { GatewayConfig } from './config.ts';
import { createContext, type GatewayOverrides } from './context.ts';
import { answerUnparsed } from './protection/unparsed-requests.ts';
import { createServer } from './server.ts';

/** Serves the fleet to its clients. */
export function createGatewayService(config: GatewayConfig, overrides: GatewayOverrides = {}): Promise<RunningService> {
  return startService(async (closers) => {
    const context = await createContext(config, overrides, closers);
    const { health, logger, upgrades } = context;
    const readOrigin = createOriginReader(config);
    const { listener, messages } = createServer(context);
    // Node's own answer to a request without Host is empty: ours is that of any malformed request.
    const server = { ...messages, requireHostHeader: false };
    const listening = await listen(listener, { ...config, limits: config.server, server, expectsCrowds: true });
    listening.server.prependListener('request', readOrigin);
    answerUnparsed(listening.server, config.server.headerBytesMax);
    listening.server.on('upgrade', readOrigin).on('upgrade', upgrades.handle);
    closers.add('http server', () => {
      // They never end by themselves.
      upgrades.close();
      return listening.close();
    });
    return { name: 'gateway', url: listening.url, health, logger };
  });
}

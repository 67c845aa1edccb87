import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseGatewayConfig, readEnv } from './config.ts';
import { createGatewayService } from './create-gateway-service.ts';

await runService(async () => createGatewayService(parseGatewayConfig(await openEnvironment(readEnv()))));

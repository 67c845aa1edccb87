import { openEnvironment, runService } from '@quotefleet/service-kit';
import { parseAuthConfig, readEnv } from './config.ts';
import { createAuthService } from './create-auth-service.ts';

await runService(async () => createAuthService(parseAuthConfig(await openEnvironment(readEnv()))));

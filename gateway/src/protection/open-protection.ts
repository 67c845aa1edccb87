import type { Authenticator, Closers, HttpClient, Logger, Metrics } from '@quotefleet/service-kit';
import { type RequestHandler, Router } from 'express';
import type { Admit } from '../admission/admission.ts';
import { createIdentify, type Identify } from '../admission/identify.ts';
import type { GatewayConfig } from '../config.ts';
import type { ConfigFile } from '../config-file/config-file.ts';
import { createDegradationRouter } from '../shedding/degradation-router.ts';
import { createLoadShedding } from '../shedding/load-shedding.ts';
import { createLoadMeter, type LoadMeter } from '../shedding/measure-load.ts';
import { createInMemoryNonceStore } from '../signing/in-memory-nonce-store.ts';
import { createRedisNonceStore } from '../signing/redis-nonce-store.ts';
import { createSignatures } from '../signing/signatures.ts';
import { createSigningSecrets, type SigningSecrets } from '../signing/signing-secrets.ts';
import { createCsrf } from './csrf.ts';
import { createIpLists } from './ip-lists.ts';
import { createProtection, type Protection } from './protection.ts';
import { createSlowUploads } from './slow-uploads.ts';

interface OpenProtectionOptions {
  config: GatewayConfig;
  auth: HttpClient;
  authenticator: Authenticator;
  file: ConfigFile;
  metrics: Metrics;
  logger: Logger;
}

/** The parts of the gateway that protect it and the fleet behind. */
export interface OpenedProtection {
  protection: Protection;
  identify: Identify;
  signingSecrets: SigningSecrets;
  meter: LoadMeter;
  /** The protection's own endpoints: the token of CSRF, the level of degradation. */
  routerFor(admit: Admit): Router;
}

export function openProtection(options: OpenProtectionOptions, closers: Closers): OpenedProtection {
  const { config, auth, authenticator, file, metrics, logger } = options;
  const ipLists = createIpLists();
  file.follow(['ipLists'], (sections) => ipLists.use(sections.ipLists));

  const meter = createLoadMeter();
  const shedding = createLoadShedding({ meter, metrics, logger });
  closers.add('load shedding', async () => shedding.close());
  file.follow(['shedding'], (sections) => shedding.use(sections.shedding));

  const slowUploads = createSlowUploads(config.uploads);
  closers.add('slow uploads', async () => slowUploads.close());

  const signingSecrets = createSigningSecrets(auth);
  const nonces = config.redisUrl
    ? createRedisNonceStore(config.redisUrl, (reason) => logger.debug({ reason }, 'nonces cannot be checked'))
    : createInMemoryNonceStore();
  closers.add('nonces', nonces.close);
  const signatures = createSignatures({ secrets: signingSecrets, nonces, skewMs: config.signingSkewMs });
  const csrf = createCsrf(config.csrfSecret);

  return {
    protection: createProtection({ ipLists, shedding, meter, slowUploads }),
    identify: createIdentify({ authenticator, signatures, csrf }),
    signingSecrets,
    meter,
    routerFor(admit) {
      const admitted =
        (id: string, access: 'public' | 'admin'): RequestHandler =>
        async (request, response, next) => {
          await admit(request, response, { id, access, cost: 1, failMode: 'open' });
          next();
        };
      const router = Router({ caseSensitive: true });
      router.use(csrf.routerFor(admitted('getCsrfToken', 'public')));
      router.use(createDegradationRouter(shedding, (id) => admitted(id, 'admin')));
      return router;
    },
  };
}

import { afterAll, beforeAll } from '@jest/globals';
import type { Envelope } from '@quotefleet/contracts';
import { createInProcessBus, type EventBus } from '@quotefleet/messaging';
import { createLogger, type RunningService } from '@quotefleet/service-kit';
import { createGatewayService, type GatewayConfig, parseGatewayConfig } from '../src/index.ts';
import type { UpstreamName } from '../src/upstreams/upstream-names.ts';
import { playAuth, type StubFleet, startStubFleet, stopStubFleet } from './stub-fleet.ts';

export interface Fixture {
  gateway: RunningService;
  fleet: StubFleet;
  auth: Awaited<ReturnType<typeof playAuth>>;
  bus: EventBus;
}

/** A gateway in front of services that the test plays, for the tests of one file. */
export function useGateway(change: (config: GatewayConfig) => Partial<GatewayConfig> = () => ({})): Fixture {
  const fixture = {} as Fixture;
  beforeAll(async () => {
    fixture.fleet = await startStubFleet();
    fixture.auth = await playAuth(fixture.fleet.auth);
    fixture.bus = createInProcessBus();
    const urlsOf = (name: UpstreamName) => [fixture.fleet[name].url];
    const upstreams = {
      auth: urlsOf('auth'),
      'market-data': urlsOf('market-data'),
      cache: urlsOf('cache'),
      sync: urlsOf('sync'),
      realtime: urlsOf('realtime'),
    };
    const config = { ...parseGatewayConfig({ QF_PORT: '0' }), upstreams };
    const logger = createLogger({ service: 'gateway', level: 'silent' });
    fixture.gateway = await createGatewayService({ ...config, ...change(config) }, { bus: fixture.bus, logger });
  });
  afterAll(async () => {
    await fixture.gateway.stop();
    await stopStubFleet(fixture.fleet);
    await fixture.bus.close();
  });
  return fixture;
}

type Body = Envelope<{ errors?: { field: string }[] } | null>;

export interface Answer {
  status: number;
  headers: Headers;
  body: Body;
}

/** Calls the gateway and reads the JSON it answers with. */
export async function call(
  { gateway }: Fixture,
  path: string,
  init: RequestInit & { key?: string } = {},
): Promise<Answer> {
  const { key, ...rest } = init;
  const headers = { ...(key === undefined ? {} : { 'x-api-key': key }), ...(rest.headers as Record<string, string>) };
  const response = await fetch(new URL(path, gateway.url), { ...rest, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

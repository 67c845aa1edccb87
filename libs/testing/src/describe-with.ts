import { beforeAll, describe } from '@jest/globals';
import { readDeskNote, type ServerName } from './config.ts';
import { type PostgresHandle, postgresHandle } from './postgres-handle.ts';
import { skippedTitle } from './skipped-title.ts';

/** The servers of a test run. */
export interface TestServers {
  postgres: PostgresHandle;
  redis: { readonly url: string };
  kafka: { readonly brokers: string[] };
  tdengine: { readonly url: string };
  /** InfluxDB 1.x: `http://host:port`. */
  influx: { readonly url: string };
  /** `mysql://user:password@host:port/`, of an account that may make databases. */
  mariadb: { readonly url: string };
}

const START_TIMEOUT_MS = 120_000;

/**
 * A `describe` whose tests talk to real servers. The servers are started before its first test, once for the whole
 * run. When the machine cannot provide one the block is skipped and its title says why.
 *
 * The properties of `servers` have values inside hooks and tests only, not while the block is being described.
 */
export function describeWith<Name extends ServerName>(
  needs: Name | Name[],
  title: string,
  body: (servers: Pick<TestServers, Name>) => void,
): void {
  const names = [needs].flat() as ServerName[];
  const { url, missing } = readDeskNote();
  const reasons = names.flatMap((name) =>
    missing[name] === undefined ? [] : [{ server: name, reason: missing[name] }],
  );
  const addresses = new Map<ServerName, string>();
  const servers = lazyServers(addresses);
  if (reasons.length > 0) {
    describe.skip(skippedTitle(title, reasons), () => body(servers));
    return;
  }
  describe(title, () => {
    beforeAll(async () => {
      const asked = names.map(async (name) => addresses.set(name, await askFor(url, name)));
      await Promise.all(asked);
    }, START_TIMEOUT_MS);
    body(servers);
  });
}

async function askFor(deskUrl: string, name: ServerName): Promise<string> {
  const response = await fetch(`${deskUrl}/${name}`);
  const answer = (await response.json()) as { address?: string; error?: string };
  if (answer.address === undefined) throw new Error(`${name} could not be started: ${answer.error}`);
  return answer.address;
}

function lazyServers(addresses: Map<ServerName, string>): TestServers {
  const address = (name: ServerName): string => {
    const known = addresses.get(name);
    if (known !== undefined) return known;
    throw new Error(`the address of ${name} is known inside hooks and tests of a describeWith block that asks for it`);
  };
  return {
    postgres: postgresHandle(() => address('postgres')),
    redis: {
      get url() {
        return address('redis');
      },
    },
    kafka: {
      get brokers() {
        return address('kafka').split(',');
      },
    },
    tdengine: {
      get url() {
        return address('tdengine');
      },
    },
    influx: {
      get url() {
        return address('influx');
      },
    },
    mariadb: {
      get url() {
        return address('mariadb');
      },
    },
  };
}

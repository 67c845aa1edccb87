import { accessApi, policyChangedEvent, TOPIC_PARTITIONS, TOPICS, type VersionedPolicy } from '@quotefleet/contracts';
import type { EventBus } from '@quotefleet/messaging';
import { createHttpClient, type Logger } from '@quotefleet/service-kit';
import { type Access, createAccess } from '../create-access.ts';
import { DEFAULT_POLICY } from '../policy/default-policy.ts';

const TIMEOUT_MS = 2000;
/** How often auth is asked although no change was heard of. */
const POLL_MS = 30_000;
/** How long after auth gave no answer it is asked again; doubled each time. */
const RETRY_MS = 500;

interface FollowOptions {
  bus: EventBus;
  /** Of this process alone: every one must hear every event. */
  group: string;
  logger: Logger;
  /** Told after each change, for what was worked out under the version before. */
  changed?: () => void;
}

export interface FollowPolicyOptions extends FollowOptions {
  authUrl: string;
}

/** The fleet's access policy, as far as this process knows it. */
export interface FollowedPolicy {
  /** The newest version that is known; the built-in one until it could be loaded for the first time. */
  current(): Access;
  /** 0 for the built-in one. */
  version(): number;
  /** Loads it now. Never fails: what cannot be had stays as it is. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Follows the access policy: loads it from auth, again at each event that tells of a change, and from time to time in
 * case one was missed. While auth is away the last known one stays. No start waits for auth longer than for one answer.
 */
export async function followPolicy({ authUrl, ...options }: FollowPolicyOptions): Promise<FollowedPolicy> {
  const auth = createHttpClient({ baseUrl: authUrl, timeoutMs: TIMEOUT_MS });
  const followed = await followPolicyOf(() => auth.call(accessApi.getPolicy), options);
  return {
    ...followed,
    async close() {
      await followed.close();
      await auth.close();
    },
  };
}

/** As `followPolicy`, for whoever can load the policy by itself. */
export async function followPolicyOf(
  source: () => Promise<VersionedPolicy>,
  { bus, group, logger, changed }: FollowOptions,
): Promise<FollowedPolicy> {
  let known = { version: 0, access: await createAccess(DEFAULT_POLICY) };
  let wanted = 0;
  let failures = 0;
  /** Attempts since the wanted version was last known. */
  let attempts = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isClosed = false;

  async function adopt({ version, policy }: VersionedPolicy): Promise<void> {
    if (version === known.version) return;
    known = { version, access: await createAccess(policy) };
    changed?.();
    logger.info({ version }, 'access policy changed');
  }

  async function load(): Promise<void> {
    try {
      await adopt(await source());
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1 && !isClosed)
        logger.warn(
          { err: error, version: known.version },
          'the access policy cannot be had: the last known one stays',
        );
    }
  }

  /** One load at a time; whoever asks meanwhile gets another one after it. */
  function refresh(): Promise<void> {
    clearTimeout(timer);
    running = (running ?? Promise.resolve()).then(load).then(schedule);
    return running;
  }

  function schedule(): void {
    if (isClosed) return;
    // Auth may have answered before it had the version that the event told of.
    attempts = failures > 0 || known.version < wanted ? attempts + 1 : 0;
    const pauseMs = attempts > 0 ? Math.min(POLL_MS, RETRY_MS * 2 ** Math.min(attempts - 1, 10)) : POLL_MS;
    clearTimeout(timer);
    timer = setTimeout(refresh, pauseMs).unref();
  }

  await bus.ensureTopics([{ name: TOPICS.authPolicy, partitions: TOPIC_PARTITIONS }]);
  const subscription = await bus.subscribe({
    group,
    topics: [TOPICS.authPolicy],
    from: 'latest',
    decode: (value) => policyChangedEvent.parse(value),
    handle: async ({ events }) => {
      wanted = Math.max(wanted, ...events.map(({ value }) => value.payload.version));
      if (wanted > known.version) await refresh();
    },
    onTrouble: (trouble) => logger.warn(trouble, 'bus trouble'),
  });
  // After the subscription, so that no change falls between the two.
  await refresh();

  return {
    current: () => known.access,
    version: () => known.version,
    refresh,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await subscription.close();
      await running;
    },
  };
}

import type { DegradationLevel, DegradationReport, Identity } from '@quotefleet/contracts';
import type { Logger } from '@quotefleet/service-kit';
import { type AppError, type Metrics, toShanghaiIso, unavailable } from '@quotefleet/service-kit';
import { type CallClass, isShedOf, isShedUnheard } from './call-class.ts';
import { createLevelFinder, type Load } from './find-level.ts';
import type { LoadMeter } from './measure-load.ts';
import { type SheddingFile, type SheddingRules, sheddingUnder } from './shedding-section.ts';

const SAMPLE_INTERVAL_MS = 1000;
/** Draft-ietf-httpapi-ratelimit-headers registers it for 503. */
const PROBLEM_TYPE = 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity';
/** When those who are turned away are to come back: apart from each other, or they would come as one wave. */
const RETRY_AFTER_SECONDS_MIN = 5;
const RETRY_AFTER_SECONDS_SPREAD = 10;

export interface LoadShedding {
  readonly level: DegradationLevel;
  use(file: SheddingFile | undefined): void;
  /** Sets the level by hand, over what the file says. */
  set(level: DegradationLevel | 'auto'): void;
  /** @throws AppError UNAVAILABLE where the call is turned away at the level in force */
  checkUnheard(call: CallClass, hasCredentials: boolean): void;
  /** The same once it is known who calls. */
  checkCaller(call: CallClass, identity: Identity | undefined): void;
  report(): DegradationReport;
  close(): void;
}

interface LoadSheddingDependencies {
  meter: LoadMeter;
  metrics: Metrics;
  logger: Logger;
}

/** Turns calls away while there are more than the node can serve, those first that are missed least. */
export function createLoadShedding({ meter, metrics, logger }: LoadSheddingDependencies): LoadShedding {
  const levels = metrics.gauge('degradation_level', '0 normal to 3 only auth, paid plans and administration');
  const turnedAway = metrics.counter('shed_total', 'Calls turned away to keep others alive', ['level']);
  const finder = createLevelFinder();
  let rules: SheddingRules = sheddingUnder();
  let byHand: DegradationLevel | 'auto' | undefined;
  let level: DegradationLevel = 0;
  let since = new Date();
  let load: Load = meter.take();
  let shed = 0;
  levels.set(0);

  const modeOf = () => byHand ?? rules.level;
  function settle(): void {
    const mode = modeOf();
    const next = mode === 'auto' ? finder.level : mode;
    if (next === level) return;
    logger[next > level ? 'warn' : 'info']({ level: next, before: level, mode, load }, 'level of degradation changed');
    level = next;
    since = new Date();
    levels.set(level);
  }
  const timer = setInterval(() => {
    load = meter.take();
    finder.sample(load, rules);
    settle();
  }, SAMPLE_INTERVAL_MS);
  timer.unref();

  function turnAway(): AppError {
    shed += 1;
    turnedAway.inc({ level: String(level) });
    return unavailable('the gateway serves fewer calls for a while, try again later', {
      retryAfterSeconds: RETRY_AFTER_SECONDS_MIN + Math.floor(Math.random() * RETRY_AFTER_SECONDS_SPREAD),
      problemType: PROBLEM_TYPE,
    });
  }

  return {
    get level() {
      return level;
    },
    use(file) {
      rules = sheddingUnder(file);
      settle();
    },
    set(wanted) {
      byHand = wanted;
      settle();
    },
    checkUnheard(call, hasCredentials) {
      if (level > 0 && isShedUnheard(level, call, hasCredentials)) throw turnAway();
    },
    checkCaller(call, identity) {
      if (level > 1 && isShedOf(level, call, identity, rules.paidRoles)) throw turnAway();
    },
    report: () => ({
      mode: modeOf() === 'auto' ? 'auto' : 'manual',
      level,
      measured: finder.level,
      since: toShanghaiIso(since),
      load: {
        eventLoopDelayMs: Math.round(load.eventLoopDelayMs * 10) / 10,
        inFlight: load.inFlight,
        upstreamLatencyMs: Math.round(load.upstreamLatencyMs * 10) / 10,
      },
      shed,
    }),
    close() {
      clearInterval(timer);
      meter.close();
    },
  };
}

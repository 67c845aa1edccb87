import type { Metrics } from '@quotefleet/service-kit';
import type { BreakerState } from './breaker.ts';
import type { Instance } from './instance.ts';
import type { Upstreams } from './upstreams.ts';

const STATE_FIGURES: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** Shows the state of every instance, as it is when the figures are asked for. */
export function showUpstreams(metrics: Metrics, upstreams: Upstreams): void {
  const show = (name: string, help: string, figureOf: (instance: Instance) => number) =>
    metrics.readGauges(name, help, ['upstream', 'instance'], () =>
      upstreams.all.flatMap(({ name: upstream, instances }) =>
        instances.all.map((instance) => ({
          labels: { upstream, instance: instance.address },
          value: figureOf(instance),
        })),
      ),
    );
  show('upstream_breaker_state', '0 closed, 1 half-open, 2 open', ({ breaker }) => STATE_FIGURES[breaker.state]);
  show('upstream_healthy', '1 while the instance says that it is ready', ({ probe }) => (probe.healthy ? 1 : 0));
  show('upstream_outstanding', 'Calls under way', ({ outstanding }) => outstanding);
  show('upstream_sockets', 'WebSockets open', ({ sockets }) => sockets);
}

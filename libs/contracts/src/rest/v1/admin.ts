import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';

const moment = (what: string) => z.string().meta({ description: `${what}, ISO 8601 with +08:00` });

const instanceSchema = z.object({
  url: z.string(),
  state: z.enum(['active', 'draining', 'leaving']).meta({
    description: '`draining` takes no new calls; `leaving` is closed as soon as its last call is over',
  }),
  since: moment('When it was added'),
  healthy: z.boolean().meta({ description: 'Whether it said that it is ready when it was last asked' }),
  healthySince: moment('Since when that has been so'),
  breaker: z.enum(['closed', 'half-open', 'open']),
  breakerSince: moment('Since when the breaker has been so'),
  outstanding: z.int().meta({ description: 'Calls under way' }),
  sockets: z.int().meta({ description: 'WebSockets open' }),
});

const upstreamSchema = z.object({ name: z.string(), instances: z.array(instanceSchema) });
export type UpstreamReport = z.infer<typeof upstreamSchema>;

export const listUpstreams = {
  id: 'listUpstreams',
  method: 'get',
  path: '/admin/upstreams',
  tag: 'admin',
  summary: 'The instances of every service as this gateway node sees them',
  access: 'admin',
  data: z.object({ upstreams: z.array(upstreamSchema) }),
} as const satisfies Endpoint;

/** What can be done to an instance. */
export const INSTANCE_ACTIONS = ['add', 'drain', 'remove', 'open-breaker', 'close-breaker'] as const;

export const changeUpstream = {
  id: 'changeUpstream',
  method: 'post',
  path: '/admin/upstreams/{upstream}',
  tag: 'admin',
  summary: 'Changes one instance of a service at this gateway node',
  description:
    '`add` takes an instance in, or one that is draining back; `drain` gives it no new calls; `remove` takes it out once its calls are over. A breaker that is opened by hand lets trials through after its usual rest. The change lasts until the gateway stops or the list of the service in its file changes.',
  access: 'admin',
  params: z.object({ upstream: z.string().min(1).max(64) }),
  body: z.strictObject({
    action: z.enum(INSTANCE_ACTIONS),
    url: z.url({ protocol: /^https?$/, error: 'expected http://host:port' }).max(300),
  }),
  data: upstreamSchema,
} as const satisfies Endpoint;

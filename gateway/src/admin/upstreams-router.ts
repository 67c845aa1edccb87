import { adminApi, type UpstreamReport } from '@quotefleet/contracts';
import { invalidArgument, mount, notFound, toShanghaiIso } from '@quotefleet/service-kit';
import { json, type RequestHandler, Router } from 'express';
import type { Admit } from '../admission/admission.ts';
import type { Instance } from '../upstreams/instance.ts';
import type { Upstream } from '../upstreams/upstream.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { instanceUrl } from '../upstreams/upstreams-section.ts';
import { checkHost } from './check-host.ts';

const BODY_LIMIT = '4kb';

/** `/admin/upstreams`: what this node knows of the instances, and changes by hand. */
export function createUpstreamsRouter({ admit, upstreams }: { admit: Admit; upstreams: Upstreams }): Router {
  const router = Router();
  const adminsOnly =
    (id: string): RequestHandler =>
    async (request, response, next) => {
      await admit(request, response, { id, access: 'admin', cost: 1, failMode: 'open' });
      next();
    };
  const { listUpstreams, changeUpstream } = adminApi;
  mount(router, listUpstreams, () => ({ upstreams: upstreams.all.map(reportOf) }), adminsOnly(listUpstreams.id));
  mount(
    router,
    changeUpstream,
    ({ params, body }) => {
      const upstream = upstreams.find(params.upstream);
      if (!upstream) throw notFound(`there is no upstream ${params.upstream}`);
      const url = originOf(body.url);
      if (body.action === 'add') checkHost(url, upstreams.declaredHosts);
      change(upstream, body.action, url);
      return reportOf(upstream);
    },
    adminsOnly(changeUpstream.id),
    json({ limit: BODY_LIMIT }),
  );
  return router;
}

type Action = (typeof adminApi.INSTANCE_ACTIONS)[number];

/** @throws AppError NOT_FOUND where the instance is none of the service's */
function change({ name, instances }: Upstream, action: Action, url: string): void {
  if (action === 'add') {
    instances.add(url);
    return;
  }
  const instance = instances.find(url);
  if (!instance) throw notFound(`${name} has no instance ${url}`);
  if (action === 'drain') instance.draining = true;
  else if (action === 'remove') instances.remove(url);
  else if (action === 'open-breaker') instance.breaker.open();
  else instance.breaker.reset();
}

function originOf(url: string): string {
  const parsed = instanceUrl.safeParse(url);
  if (!parsed.success) throw invalidArgument('url', parsed.error.issues.map(({ message }) => message).join('; '));
  return parsed.data;
}

function reportOf({ name, instances }: Upstream): UpstreamReport {
  return { name, instances: instances.all.map((instance) => instanceReport(instance, instances.find(instance.url))) };
}

function instanceReport(instance: Instance, member: Instance | undefined): UpstreamReport['instances'][number] {
  const { url, since, probe, breaker, breakerSince, outstanding, sockets, draining } = instance;
  const iso = (ms: number) => toShanghaiIso(new Date(ms));
  return {
    url,
    state: member !== instance ? 'leaving' : draining ? 'draining' : 'active',
    since: iso(since),
    healthy: probe.healthy,
    healthySince: iso(probe.since),
    breaker: breaker.state,
    breakerSince: iso(breakerSince),
    outstanding,
    sockets,
  };
}

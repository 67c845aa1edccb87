import { type IngestReport, marketApi } from '@quotefleet/contracts';
import type { DataManager } from '@quotefleet/data';
import { currentTraceId, IDENTITY_HEADER, identityOf, mount, notFound } from '@quotefleet/service-kit';
import type { TableDefinition } from '@quotefleet/tables';
import type { Request, Router } from 'express';
import { TICKS } from '../series/series.ts';
import type { Idempotency } from './idempotency.ts';
import type { RecordIngest } from './ingest-records.ts';
import type { TickIngest } from './ingest-ticks.ts';
import { type GivenRecord, requestRecords } from './request-records.ts';

interface IngestRoutesOptions {
  data: DataManager;
  ingest: TickIngest;
  ingestRecords: RecordIngest;
  idempotency: Idempotency;
}

/** Bodies are read here, not by express: they may be files. */
export function mountIngestRoutes(router: Router, options: IngestRoutesOptions): void {
  const { data, ingest, ingestRecords, idempotency } = options;
  // Before the endpoint of any table.
  mount(router, marketApi.ingestTicks, async ({ request }) => {
    const records = await requestRecords(request, data.registry.get(TICKS));
    const traceId = currentTraceId();
    return once(request, [TICKS, records], () => ingest.ingest({ records, traceId, origin: originOf(traceId) }));
  });

  mount(router, marketApi.ingestRecords, async ({ params, request }) => {
    const table = data.registry.find(params.class);
    if (!table || !isOpen(table)) throw notFound(`there is no table '${params.class}' to hand records in to`);
    const records = await requestRecords(request, table);
    const origin = originOf(currentTraceId());
    return once(request, [table.name, records], () => ingestRecords({ table, records, origin }));
  });

  function once(
    request: Request,
    content: [table: string, records: readonly GivenRecord[]],
    work: () => Promise<IngestReport>,
  ) {
    const client = request.get(IDENTITY_HEADER) === undefined ? 'fleet' : identityOf(request).client;
    return idempotency.run({ key: request.get('idempotency-key'), client, content }, work);
  }
}

/** The platform's own notes are no one's to hand in, nor is what it makes of ticks by itself. */
function isOpen(table: TableDefinition): boolean {
  return table.owner === 'market-data' && table.class !== 'meta' && table.name !== 'quotes';
}

function originOf(traceId: string) {
  return { source: 'api', file: `call ${traceId}` };
}

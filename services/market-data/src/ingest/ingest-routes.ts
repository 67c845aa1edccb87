import { type IngestReport, marketApi } from '@quotefleet/contracts';
import type { DataManager } from '@quotefleet/data';
import { currentTraceId, IDENTITY_HEADER, identityOf, mount, notFound } from '@quotefleet/service-kit';
import type { TableDefinition } from '@quotefleet/tables';
import type { Request, Router } from 'express';
import type { QuarantineStore } from '../quarantine/quarantine-store.ts';
import { TICKS } from '../series/series.ts';
import type { Idempotency } from './idempotency.ts';
import type { RecordIngest } from './ingest-records.ts';
import type { TickIngest } from './ingest-ticks.ts';
import { readCells } from './read-cells.ts';
import { type GivenRecord, requestRecords } from './request-records.ts';

interface IngestRoutesOptions {
  data: DataManager;
  ingest: TickIngest;
  ingestRecords: RecordIngest;
  quarantine: QuarantineStore;
  idempotency: Idempotency;
}

/** Bodies are read here, not by express: they may be files. */
export function mountIngestRoutes(router: Router, options: IngestRoutesOptions): void {
  const { data, ingest, ingestRecords, quarantine, idempotency } = options;
  // Before the endpoint of any table.
  mount(router, marketApi.ingestTicks, async ({ request }) => {
    const records = await requestRecords(request);
    return once(request, TICKS, records, () => ingestTicks(records));
  });

  mount(router, marketApi.ingestRecords, async ({ params, request }) => {
    const table = data.registry.find(params.class);
    if (!table || !isOpen(table)) throw notFound(`there is no table '${params.class}' to hand records in to`);
    const records = await requestRecords(request);
    const origin = { source: 'api', file: callName() };
    return once(request, table.name, records, () => ingestRecords({ table, records, origin }));
  });

  function once(request: Request, table: string, records: readonly GivenRecord[], work: () => Promise<IngestReport>) {
    const client = request.get(IDENTITY_HEADER) === undefined ? 'fleet' : identityOf(request).client;
    return idempotency.run({ key: request.get('idempotency-key'), client, content: [table, records] }, work);
  }

  async function ingestTicks(given: readonly GivenRecord[]): Promise<IngestReport> {
    const table = data.registry.get(TICKS);
    const records = given.map((record) => {
      if ('fault' in record) return record.fault;
      return 'cells' in record ? readCells(table, record.cells) : record.record;
    });
    const { accepted, rejected } = await ingest.ingest(records, currentTraceId());
    await quarantine.add(
      rejected.map(({ index, field, message }) => ({
        table: TICKS,
        source: 'api',
        file: callName(),
        line: index,
        reason: `${field}: ${message}`,
        row: JSON.stringify(records[index]),
      })),
    );
    return { accepted, rejected };
  }
}

/** The platform's own notes are no one's to hand in. */
function isOpen(table: TableDefinition): boolean {
  return table.owner === 'market-data' && !['idempotency_keys', 'data_quality', 'quotes'].includes(table.name);
}

function callName(): string {
  return `call ${currentTraceId()}`;
}

import { type ImportReport, marketApi } from '@quotefleet/contracts';
import { AppError, mount } from '@quotefleet/service-kit';
import type { Request, Router } from 'express';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import type { ImportBarsRequest } from './import-bars.ts';
import { VENDORS } from './vendors/index.ts';

/** Most bytes one upload may have. */
const UPLOAD_BYTES_MAX = 1024 * 1024 * 1024;

/** Loads one file. */
export type ImportBars = (request: ImportBarsRequest) => Promise<ImportReport>;

export function mountImportRoutes(router: Router, importBars: ImportBars): void {
  mount(router, marketApi.importBars, ({ query, request }) => {
    checkMediaType(request);
    return importBars({
      file: query.file,
      content: bounded(request),
      vendor: VENDORS[query.format],
      period: query.period,
      symbol: query.symbol === undefined ? undefined : canonicalSymbol(query.symbol),
    });
  });
}

function checkMediaType(request: Request): void {
  const type = request.get('content-type')?.split(';')[0]?.trim();
  const allowed: readonly string[] = marketApi.importBars.bodyTypes;
  if (!type || !allowed.includes(type)) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `expected ${allowed.join(', ')}, was ${type ?? 'none'}`);
  }
}

async function* bounded(request: Request): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > UPLOAD_BYTES_MAX)
      throw new AppError('TOO_LARGE', `an upload may have ${UPLOAD_BYTES_MAX} bytes at most`);
    yield chunk;
  }
}

import { type ImportReport, marketApi } from '@quotefleet/contracts';
import { mount } from '@quotefleet/service-kit';
import type { Router } from 'express';
import { canonicalSymbol } from '../instruments/instrument-directory.ts';
import type { ImportBarsRequest } from './import-bars.ts';
import { mediaTypeOf, streamBody } from './request-body.ts';
import { VENDORS } from './vendors/index.ts';

/** Most bytes one upload may have. */
const UPLOAD_BYTES_MAX = 1024 * 1024 * 1024;

/** Loads one file. */
export type ImportBars = (request: ImportBarsRequest) => Promise<ImportReport>;

export function mountImportRoutes(router: Router, importBars: ImportBars): void {
  mount(router, marketApi.importBars, ({ query, request }) => {
    mediaTypeOf(request, marketApi.importBars.bodyTypes);
    return importBars({
      file: query.file,
      content: streamBody(request, UPLOAD_BYTES_MAX),
      vendor: VENDORS[query.format],
      period: query.period,
      symbol: query.symbol === undefined ? undefined : canonicalSymbol(query.symbol),
    });
  });
}

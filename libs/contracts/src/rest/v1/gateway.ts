import type { Endpoint } from '../endpoint.ts';
import { changeUpstream, listUpstreams } from './admin.ts';
import { getCsrfToken } from './csrf.ts';
import { getDegradation, setDegradation } from './degradation.ts';
import { getLimits, resetLimits } from './limits.ts';

/** What the gateway answers itself. */
export const GATEWAY_ENDPOINTS: readonly Endpoint[] = [
  getCsrfToken,
  listUpstreams,
  changeUpstream,
  getLimits,
  resetLimits,
  getDegradation,
  setDegradation,
];

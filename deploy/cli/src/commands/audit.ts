import { auditApi } from '@quotefleet/contracts';
import { createApiClient } from '../api/api-client.ts';
import { type CommonOptions, requireTarget } from '../config.ts';
import { say } from '../output.ts';

export interface VerifyAuditOptions extends CommonOptions {
  anchor?: string;
  json?: boolean;
}

/** Has the whole audit trail checked and prints the first place that is not as it was written; gives the exit code. */
export async function verifyAudit(
  options: VerifyAuditOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const api = createApiClient(requireTarget(options, env));
  const { verifyAudit: endpoint, auditVerdictSchema } = auditApi;
  const verdict = await api.call(endpoint, auditVerdictSchema, { query: { anchor: options.anchor } });
  say(options.json ? JSON.stringify(verdict) : verdictLine(verdict));
  return verdict.intact ? 0 : 2;
}

function verdictLine({ fault, entries, firstSeq, lastSeq, anchors, headHash }: auditApi.AuditVerdict): string {
  if (fault) return `The audit trail was tampered with at entry ${fault.seq} (${fault.kind}): ${fault.message}.`;
  if (entries === 0) return 'The audit trail has no entry.';
  const span = `${entries} entries, ${firstSeq} to ${lastSeq}`;
  return `The audit trail is intact: ${span}, ${anchors} signed heads, last hash ${headHash}.`;
}

import { createReadStream } from 'node:fs';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorEnvelopeSchema, type ImportReport, marketApi } from '@quotefleet/contracts';
import { z } from 'zod';
import type { ImportFile } from './find-files.ts';

export interface UploadTarget {
  url: string;
  apiKey: string;
  format: string;
  period: string;
  symbol?: string | undefined;
}

interface Answer {
  status: number;
  retryAfterSeconds: number;
  body: string;
}

/** Answers that say "come back": the limiter's, and that of a part which is restarting. */
const RETRY_STATUSES = new Set([429, 503]);
const ATTEMPTS_MAX = 20;
const RETRY_AFTER_MAX_SECONDS = 60;

/**
 * Streams a file to the fleet and gives the report of what became of its rows. Bars are stored by key,
 * so that a second attempt doubles nothing.
 */
export async function uploadFile(
  file: ImportFile,
  target: UploadTarget,
  onBytes: (bytes: number) => void,
): Promise<ImportReport> {
  for (let attempt = 1; ; attempt++) {
    let sent = 0;
    const answer = await send(file, target, (bytes) => {
      sent += bytes;
      onBytes(bytes);
    });
    if (!RETRY_STATUSES.has(answer.status) || attempt === ATTEMPTS_MAX) return readReport(answer);
    onBytes(-sent);
    await sleep(answer.retryAfterSeconds * 1000);
  }
}

async function send(file: ImportFile, target: UploadTarget, onBytes: (bytes: number) => void): Promise<Answer> {
  const url = new URL(`${target.url}${marketApi.importBars.path}`);
  url.searchParams.set('format', target.format);
  url.searchParams.set('period', target.period);
  url.searchParams.set('file', file.name);
  if (target.symbol !== undefined) url.searchParams.set('symbol', target.symbol);
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = open(url, {
    method: 'POST',
    headers: { 'x-api-key': target.apiKey, 'content-type': file.contentType, 'content-length': file.bytes },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
  });
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.length);
      done(undefined, chunk);
    },
  });
  // The fleet may answer, and close, before it has read everything: then the answer counts, not the broken pipe.
  const [response, written] = await Promise.allSettled([
    answered.then(readAnswer),
    pipeline(createReadStream(file.path), count, outgoing),
  ]);
  if (response.status === 'fulfilled') return response.value;
  throw written.status === 'rejected' ? written.reason : response.reason;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const seconds = Number(response.headers['retry-after'] ?? 1);
  return {
    status: response.statusCode ?? 0,
    retryAfterSeconds: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), RETRY_AFTER_MAX_SECONDS) : 1,
    body: Buffer.concat(chunks).toString(),
  };
}

function readReport({ status, body }: Answer): ImportReport {
  const json = parseJson(body);
  const report = z.object({ data: marketApi.importReportSchema }).safeParse(json);
  if (status < 400 && report.success) return report.data.data;
  const failure = errorEnvelopeSchema.safeParse(json);
  throw new Error(failure.success ? failure.data.message : `the fleet answered ${status}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

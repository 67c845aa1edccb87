import type { ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';

/** Sets headers that never change on an answer. */
export type SetHeaders = (response: ServerResponse) => void;

/** Half a year: long enough for the preload lists' first stage, short enough to go back on. */
const HSTS_MAX_AGE_SECONDS = 15_552_000;

const COMMON: HelmetOptions = {
  // Set by itself, for those who came by TLS only: over plain HTTP it is ignored anyhow.
  strictTransportSecurity: false,
  // Only of use where every page of the origin agrees on it, and Chrome warns of it over plain HTTP.
  originAgentCluster: false,
  frameguard: { action: 'deny' },
};

/** Data is never run, framed or embedded, whatever a browser takes it for. */
const DATA: HelmetOptions = {
  ...COMMON,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
};

/**
 * Pages of ours: scripts from files of ours alone, no inline ones, no eval. Swagger UI and the console's charts set
 * inline styles and draw `data:` images; both call the API and the sockets that they were served from, and take files
 * for download as blobs.
 */
const PAGE: HelmetOptions = {
  ...COMMON,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
};

const HSTS: readonly [string, string] = ['Strict-Transport-Security', `max-age=${HSTS_MAX_AGE_SECONDS}`];

/** The headers of every answer, and those that a page of ours has in their place. */
export function createAnswerHeaders(): { data: SetHeaders; page: SetHeaders; overTls: SetHeaders } {
  return { data: setterOf(headersOf(DATA)), page: setterOf(headersOf(PAGE)), overTls: setterOf([HSTS]) };
}

/** Helmet runs a dozen functions for each answer to set the same values: it is asked once what they are. */
function headersOf(options: HelmetOptions): [string, string][] {
  const headers = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => void headers.set(name, value),
    removeHeader: (name: string) => void headers.delete(name),
  } as unknown as ServerResponse;
  let fault: unknown;
  helmet(options)({} as never, recorder as never, (error?: unknown) => {
    fault = error;
  });
  if (fault !== undefined) throw fault;
  return [...headers];
}

function setterOf(headers: readonly (readonly [string, string])[]): SetHeaders {
  return (response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
}

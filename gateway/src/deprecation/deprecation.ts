import type { Endpoint } from '@quotefleet/contracts';
import type { Request, Response } from 'express';

/** Where people read about versions and what leaves them. */
const POLICY = '/api/docs/migration';

/** Tells of one endpoint that leaves: in the headers of each of its answers. */
export type TellDeprecation = (request: Request, response: Response) => void;

/** Deprecation (RFC 9745), Sunset (RFC 8594) and where to go instead; undefined for what stays. */
export function createDeprecation({ path, deprecated }: Endpoint): TellDeprecation | undefined {
  if (!deprecated) return undefined;
  const { since, sunset, successor = path.replace('/api/v1/', '/api/v2/') } = deprecated;
  const headers = {
    Deprecation: `@${Date.parse(since) / 1000}`,
    Sunset: new Date(sunset).toUTCString(),
  };
  const links = [`<${POLICY}>; rel="deprecation"; type="text/html"`, `<${POLICY}>; rel="sunset"; type="text/html"`];
  return ({ params }, response) => {
    const target = successor.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
      encodeURIComponent(String(params[name])),
    );
    response.setHeader('Deprecation', headers.Deprecation);
    response.setHeader('Sunset', headers.Sunset);
    response.append('Link', [...links, `<${target}>; rel="successor-version"`].join(', '));
  };
}

/** What one proxy says of the request that it was given. */
export interface Hop {
  for?: string;
  proto?: string;
}

const PAIR = /^\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)=(?:([A-Za-z0-9!#$%&'*+.^_`|~-]+)|"((?:[^"\\]|\\.)*)")\s*$/;

/** The elements of a `Forwarded` header (RFC 7239), the nearest proxy's last; none where any of it is malformed. */
export function parseForwarded(text: string): Hop[] {
  const hops: Hop[] = [];
  for (const element of splitOutsideQuotes(text, ',')) {
    const hop: Hop = {};
    for (const pair of splitOutsideQuotes(element, ';')) {
      const match = PAIR.exec(pair);
      if (!match) return [];
      const [, name = '', token, quoted] = match;
      const value = token ?? quoted?.replaceAll(/\\(.)/g, '$1') ?? '';
      if (name.toLowerCase() === 'for') hop.for = value;
      if (name.toLowerCase() === 'proto') hop.proto = value;
    }
    hops.push(hop);
  }
  return hops;
}

/** The hops of `X-Forwarded-For` and `X-Forwarded-Proto`, the nearest proxy's last. */
export function parseXForwarded(addresses: string, protos: string | undefined): Hop[] {
  const froms = addresses.split(',');
  const schemes = protos?.split(',') ?? [];
  // A proxy that speaks of the scheme alone says it once, and for all of the way.
  const offset = schemes.length === 1 ? froms.length : froms.length - schemes.length;
  return froms.map((from, index) => {
    const proto = schemes.length === 1 ? schemes[0] : schemes[index - offset];
    return { for: from.trim(), ...(proto === undefined ? {} : { proto: proto.trim() }) };
  });
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') quoted = !quoted;
    else if (quoted && char === '\\') at++;
    else if (!quoted && char === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

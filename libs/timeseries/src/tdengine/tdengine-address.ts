/** Where and as whom to reach taosAdapter. */
export interface TdengineAddress {
  protocol: 'rest' | 'websocket';
  /** `http://host:port`, without the credentials. */
  origin: string;
  /** `ws://host:port`, without the credentials. */
  webSocketUrl: string;
  user: string;
  password: string;
}

const DEFAULT_PORT = '6041';
/** A port that is its scheme's own, which a parsed URL no longer tells. */
const OWN_PORT = /:(80|443)(?:\/|$)/;

/** @throws TypeError when the URL is none of `http(s)://user:password@host:port` and `ws(s)://...`; never with the password. */
export function parseAddress(url: string): TdengineAddress {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.match(/^(http|ws)(s?):$/);
  if (!parsed || !scheme || parsed.hostname === '') {
    throw new TypeError('expected a TDengine URL such as http://user:password@host:6041 or ws://..., was another text');
  }
  const host = `${parsed.hostname}:${parsed.port || OWN_PORT.exec(url)?.[1] || DEFAULT_PORT}`;
  return {
    protocol: scheme[1] === 'ws' ? 'websocket' : 'rest',
    origin: `http${scheme[2]}://${host}`,
    webSocketUrl: `ws${scheme[2]}://${host}`,
    user: decodeURIComponent(parsed.username) || 'root',
    password: decodeURIComponent(parsed.password) || 'taosdata',
  };
}

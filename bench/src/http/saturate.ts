import autocannon from 'autocannon';

export interface Saturation {
  requests: number;
  seconds: number;
}

export interface SaturateOptions {
  url: string;
  headers: Readonly<Record<string, string>>;
  connections: number;
  seconds: number;
}

/** Asks as fast as the answers come. @throws Error where an answer was not 200 or a connection failed */
export async function saturate({ url, headers, connections, seconds }: SaturateOptions): Promise<Saturation> {
  const result = await autocannon({ url, headers, connections, duration: seconds });
  const bad = result.errors + result.timeouts + result.non2xx;
  if (bad > 0) {
    const { errors, timeouts, non2xx } = result;
    throw new Error(`of ${result.requests.total} requests: ${JSON.stringify({ errors, timeouts, non2xx })}`);
  }
  return { requests: result['2xx'], seconds: result.duration };
}

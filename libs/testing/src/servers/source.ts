/** Where a server of this run comes from. */
export type Source =
  | { from: 'given'; address: string }
  | { from: 'docker' | 'native' }
  | { from: 'nowhere'; reason: string };

/** A server for the tests of one run: a URL, or for Kafka `host:port` of each broker, separated by commas. */
export interface StartedServer {
  address: string;
  stop(): Promise<void>;
}

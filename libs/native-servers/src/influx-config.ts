interface InfluxSettings {
  dir: string;
  port: number;
  /** Of the backup service, which has no off switch. */
  rpcPort: number;
  auth: boolean;
}

/** Settings of one node for one machine: loopback only, nothing reported to its makers, no data about itself. */
export function influxConfig({ dir, port, rpcPort, auth }: InfluxSettings): string {
  const path = (name: string) => JSON.stringify(`${dir}/${name}`);
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"

[meta]
  dir = ${path('meta')}

[data]
  dir = ${path('data')}
  wal-dir = ${path('wal')}
  # The default, an index in memory, loses sight of rows that are written again after a delete (seen with 1.6.7).
  index-version = "tsi1"
  # Each acknowledged write is synced.
  wal-fsync-delay = "0s"
  query-log-enabled = false

[monitor]
  store-enabled = false

[subscriber]
  enabled = false

[continuous_queries]
  enabled = false

[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
  pprof-enabled = false

[logging]
  suppress-logo = true
`;
}

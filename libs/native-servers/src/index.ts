export { findNative, type NativeServers } from './find-native.ts';
export { freePort } from './free-port.ts';
export { type InfluxOptions, type InfluxServer, startInflux } from './influx.ts';
export { type KafkaOptions, type KafkaServer, startKafka } from './kafka.ts';
export { type MariadbOptions, type MariadbServer, startMariadb } from './mariadb.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { type PostgresReplicaOptions, startPostgresReplica } from './postgres-replica.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export type { ServerProcess } from './server-process.ts';

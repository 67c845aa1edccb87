import type { TopicSpec } from './event-bus.ts';

/** What Kafka takes for a name; names become folders of a journal, too. */
const TOPIC_NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;
const PARTITIONS_MAX = 1_000;

/** @throws RangeError for a name or a number of partitions that no driver could serve */
export function requireTopicSpec(spec: TopicSpec): TopicSpec {
  if (!TOPIC_NAME.test(spec.name)) {
    throw new RangeError(`expected a topic name of letters, digits and ._-, was '${spec.name}'`);
  }
  if (!Number.isInteger(spec.partitions) || spec.partitions < 1 || spec.partitions > PARTITIONS_MAX) {
    throw new RangeError(`topic ${spec.name}: expected 1 to ${PARTITIONS_MAX} partitions, was ${spec.partitions}`);
  }
  return spec;
}

import { TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';

/** Every topic of the fleet, made before a service publishes or subscribes; dead-letter topics come with need. */
export const FLEET_TOPICS = Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS }));

/** The same for one process: partitions spread work over consumers, and here they would only make batches smaller. */
export const LOCAL_TOPICS = FLEET_TOPICS.map(({ name }) => ({ name, partitions: 1 }));

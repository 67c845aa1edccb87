import { TOPIC_PARTITIONS, TOPICS } from '@quotefleet/contracts';

/** Every topic of the fleet, made before a service publishes or subscribes; dead-letter topics come with need. */
export const FLEET_TOPICS = Object.values(TOPICS).map((name) => ({ name, partitions: TOPIC_PARTITIONS }));

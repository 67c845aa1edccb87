/**
 * Attempts of the Kafka client. They nest (a request retries a connect that retries), so that few
 * and short ones are what lets a publish fail within 10 s; whoever called decides what then.
 */
export const KAFKA_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 4 };

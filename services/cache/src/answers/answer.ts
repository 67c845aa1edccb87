/** Where an answer came from: memory, the second level, market-data, or memory past its time. */
export type AnswerSource = 'hit' | 'hit-l2' | 'miss' | 'stale';

export interface Answer {
  /** The envelope up to its trace id. */
  body: Buffer;
  source: AnswerSource;
}

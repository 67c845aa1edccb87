/** A load test cannot go on; the message says why, for the person who runs it. */
export class LoadError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LoadError';
  }
}

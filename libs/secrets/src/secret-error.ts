/**
 * A secret cannot be made, opened or fetched. The message names what was meant (a field, a variable, a key id) and never
 * carries the secret itself, so that it may be logged.
 */
export class SecretError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SecretError';
  }
}

/** A command cannot be done; the message is one plain sentence for the person who typed it. */
export class CliError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
  }
}

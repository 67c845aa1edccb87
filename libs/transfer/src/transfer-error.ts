/** Data cannot be moved as asked; the message is one plain sentence for the person who asked. */
export class TransferError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransferError';
  }
}

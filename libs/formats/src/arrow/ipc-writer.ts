import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow';

/** Keeps what the library writes until it is taken. */
class PieceSink extends AsyncByteQueue<Uint8Array> {
  private pieces: Uint8Array[] = [];

  override write(piece: Uint8Array): void {
    this.pieces.push(piece);
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.pieces);
    this.pieces = [];
    return bytes;
  }
}

/** Writes the Arrow IPC stream format; its bytes are had when wanted rather than pushed. */
export class IpcWriter {
  private readonly sink = new PieceSink();
  private readonly writer = new RecordBatchStreamWriter();

  constructor(schema: Schema) {
    this.writer.reset(this.sink, schema);
  }

  write(batch: RecordBatch): void {
    this.writer.write(batch);
  }

  finish(): void {
    this.writer.finish();
  }

  /** Everything written since the last time. */
  take(): Uint8Array {
    return this.sink.take();
  }
}

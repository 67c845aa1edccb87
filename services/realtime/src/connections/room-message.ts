import { encode } from '@msgpack/msgpack';
import type { ServerMessage } from '@quotefleet/contracts';

/** Where a message belongs, for the gap that it leaves where it is not sent. */
interface Place {
  room: string;
  epoch: string | undefined;
  seq: number;
  prevSeq: number | undefined;
}

/** A message on its way to its receivers, encoded once for them all. */
export class RoomMessage {
  readonly place: Place;
  /** As JSON. */
  readonly bytes: Buffer;
  #packed: Uint8Array | undefined;

  constructor(place: Place, json: string) {
    this.place = place;
    this.bytes = Buffer.from(json);
  }

  static of(message: ServerMessage): RoomMessage {
    const { room, epoch, seq, prevSeq } = message;
    return new RoomMessage({ room, epoch, seq, prevSeq }, JSON.stringify(message));
  }

  /** As MessagePack. */
  get packed(): Uint8Array {
    this.#packed ??= encode(JSON.parse(this.bytes.toString()));
    return this.#packed;
  }
}

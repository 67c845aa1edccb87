const POSITION = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** Bytes since the first WAL of the cluster, from PostgreSQL's form such as `16/B374D848`. */
export function parseWalPosition(text: string): bigint {
  const [, high, low] = POSITION.exec(text) ?? [];
  if (high === undefined || low === undefined) {
    throw new TypeError(`expected a WAL position such as 16/B374D848, was '${text}'`);
  }
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function formatWalPosition(position: bigint): string {
  const hex = (part: bigint) => part.toString(16).toUpperCase();
  return `${hex(position >> 32n)}/${hex(position & 0xffff_ffffn)}`;
}

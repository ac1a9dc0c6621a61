/** One field of a message as it stands on the wire. */
export type WireField = { readonly number: number; readonly value: bigint | Buffer };

/** Splits a message into its fields. Throws RangeError where it is cut short or malformed. */
export function* readFields(message: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("the message is cut short");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError("a number is too long");
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError("the message is cut short");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = Number(varint());
    yield { number: tag >>> 3, value: readValue(tag & 7, varint, take) };
  }
}

function readValue(wireType: number, varint: () => bigint, take: (length: number) => Buffer): bigint | Buffer {
  switch (wireType) {
    case 0:
      return varint();
    case 1:
      return take(8);
    case 2:
      return take(Number(varint()));
    case 5:
      return take(4);
    default:
      throw new RangeError(`wire type ${wireType} is not known`);
  }
}

interface TransferFrame {
  channel: number;
  handle: number;
  deliveryId: number;
  tag: Buffer;
  settled: boolean;
  more: boolean;
  payload: Buffer;
}

/** Room for everything in a transfer frame that is not the message; the tag has at most 32 bytes. */
export const transferOverhead = 80;

/** A transfer is the one frame we write by the thousand, so it is written by hand. */
export const transferFrame = ({ channel, handle, deliveryId, tag, settled, more, payload }: TransferFrame): Buffer => {
  const frame = Buffer.allocUnsafe(transferOverhead + payload.length);
  let at = frame.writeUInt32BE(0x02000000, 4); // data offset 2, type AMQP; the channel follows
  frame.writeUInt16BE(channel, 6);
  at = frame.writeUInt32BE(0x005314c0, at); // descriptor 0x14, a list with one byte each for size and count
  const sizeAt = at;
  at += 1;
  at = frame.writeUInt8(6, at);
  at = writeUint(frame, handle, at);
  at = writeUint(frame, deliveryId, at);
  at = frame.writeUInt8(0xa0, at);
  at = frame.writeUInt8(tag.length, at);
  at += tag.copy(frame, at);
  at = frame.writeUInt8(0x43, at); // message-format 0
  at = frame.writeUInt8(settled ? 0x41 : 0x42, at);
  at = frame.writeUInt8(more ? 0x41 : 0x42, at);
  frame.writeUInt8(at - sizeAt - 1, sizeAt);
  at += payload.copy(frame, at);
  frame.writeUInt32BE(at, 0);
  return frame.subarray(0, at);
};

const writeUint = (frame: Buffer, value: number, at: number): number =>
  frame.writeUInt32BE(value, frame.writeUInt8(0x70, at));

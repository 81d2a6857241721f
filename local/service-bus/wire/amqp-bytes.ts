// Finding one's way in encoded AMQP without decoding it: what is not looked into keeps its types.

/** Where the value that begins at an offset ends. */
export const endOfValue = (bytes: Buffer, at: number): number => {
  const code = bytes.readUInt8(at);
  if (code === 0) return endOfValue(bytes, endOfValue(bytes, at + 1));
  const end = at + 1 + sizeAfterCode(bytes, at + 1, code);
  if (end > bytes.length) throw new RangeError('a value ends after its message');
  return end;
};

const fixedSizes = new Map([
  [0x4, 0],
  [0x5, 1],
  [0x6, 2],
  [0x7, 4],
  [0x8, 8],
  [0x9, 16],
]);

const sizeAfterCode = (bytes: Buffer, at: number, code: number): number => {
  const category = code >> 4;
  const fixed = fixedSizes.get(category);
  if (fixed !== undefined) return fixed;
  switch (category) {
    case 0xa:
    case 0xc:
    case 0xe:
      return 1 + bytes.readUInt8(at);
    case 0xb:
    case 0xd:
    case 0xf:
      return 4 + bytes.readUInt32BE(at);
    default:
      throw new RangeError(`0x${code.toString(16)} is no AMQP type`);
  }
};

export interface Section {
  /** 0x70 header to 0x78 footer. */
  code: number;
  start: number;
  /** Where the section's value begins, after its descriptor. */
  valueAt: number;
  end: number;
}

/** The sections of an encoded message, in their order. */
export const sectionsOf = (bytes: Buffer): Section[] => {
  const sections: Section[] = [];
  for (let start = 0; start < bytes.length;) {
    const valueAt = endOfValue(bytes, start + 1);
    const small = bytes[start + 1] === 0x53;
    if (bytes[start] !== 0 || (!small && bytes[start + 1] !== 0x80)) throw new RangeError('this is no message section');
    const code = small ? bytes.readUInt8(start + 2) : Number(bytes.readBigUInt64BE(start + 2));
    const end = endOfValue(bytes, valueAt);
    sections.push({ code, start, valueAt, end });
    start = end;
  }
  return sections;
};

/** Where the elements of a list or map begin and how many there are; a map counts keys and values. */
export const elementsOf = (bytes: Buffer, at: number): { at: number; count: number } => {
  switch (bytes[at]) {
    case 0x45:
      return { at: at + 1, count: 0 };
    case 0xc0:
    case 0xc1:
      return { at: at + 3, count: bytes.readUInt8(at + 2) };
    case 0xd0:
    case 0xd1:
      return { at: at + 9, count: bytes.readUInt32BE(at + 5) };
    case undefined:
    default:
      throw new RangeError('this is neither a list nor a map');
  }
};

/** The text of a string or symbol. */
export const textAt = (bytes: Buffer, at: number): string => {
  const wide = bytes.readUInt8(at) >> 4 === 0xb;
  const from = at + (wide ? 5 : 2);
  return bytes.toString('utf8', from, endOfValue(bytes, at));
};

/** The bytes of a binary value. */
export const binaryAt = (bytes: Buffer, at: number): Buffer => {
  const code = bytes[at];
  if (code !== 0xa0 && code !== 0xb0) throw new RangeError('this is not binary');
  return bytes.subarray(at + (code === 0xb0 ? 5 : 2), endOfValue(bytes, at));
};

export interface MapEntry {
  key: string;
  keyAt: number;
  valueAt: number;
  end: number;
}

export const mapEntries = (bytes: Buffer, mapAt: number): MapEntry[] => {
  const entries: MapEntry[] = [];
  const { at, count } = elementsOf(bytes, mapAt);
  let keyAt = at;
  for (let index = 0; index + 1 < count; index += 2) {
    const valueAt = endOfValue(bytes, keyAt);
    const end = endOfValue(bytes, valueAt);
    entries.push({ key: textAt(bytes, keyAt), keyAt, valueAt, end });
    keyAt = end;
  }
  return entries;
};

/** A described map of entries that are encoded already. */
export const mapSection = (code: number, entries: readonly Buffer[], count: number): Buffer => {
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const head = Buffer.alloc(12);
  head.writeUInt32BE((0x00530000 | (code << 8) | 0xd1) >>> 0, 0);
  head.writeUInt32BE(size + 4, 4);
  head.writeUInt32BE(count * 2, 8);
  return Buffer.concat([head, ...entries]);
};

// `_rid`: four bytes of the database, four more of the container, eight more of the item, each part never used twice.

export const databaseRid = (database: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(database);
  return bytes.toString('base64');
};

export const containerRid = (database: number, container: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(database);
  bytes.writeUInt32BE(container, 4);
  return bytes.toString('base64');
};

/** The counter is little-endian: clients that resume a query compare it as such a number. */
export const itemRid = (container: string, item: number): string => {
  const bytes = Buffer.alloc(16);
  Buffer.from(container, 'base64').copy(bytes);
  bytes.writeBigUInt64LE(BigInt(item), 8);
  return bytes.toString('base64');
};

/** Another one for every write: `lsn` counts the writes to the container. What is undone takes its number back unseen. */
export const itemEtag = (container: number, lsn: number): string => {
  const digits = (value: number, length: number): string => value.toString(16).padStart(length, '0');
  return `"${digits(container, 8)}-0000-0000-0000-${digits(lsn, 12)}"`;
};

/** What a connection needs of a socket. */
export interface ByteStream {
  readonly writable: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  write(bytes: Buffer): unknown;
  end(): unknown;
  destroy(): unknown;
}

import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { LogRecord } from '../../../local/functions-host/log.ts';

export const appPath = (name: string): string => join(import.meta.dirname, 'apps', name);

/** Asks again until the answer is not undefined. */
export const eventually = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  deadlineMs = 30_000,
): Promise<T> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`It did not happen within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

export class LogBook {
  readonly records: LogRecord[] = [];
  readonly logger = (record: LogRecord): void => void this.records.push(record);

  of(functionName: string): LogRecord[] {
    return this.records.filter((record) => record.functionName === functionName);
  }

  saying(text: string): LogRecord[] {
    return this.records.filter(({ message }) => message.includes(text));
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  json(): unknown;
}

interface AskOptions {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** Sends the body in chunks, without Content-Length. */
  chunked?: boolean;
}

/** A request whose path, headers and framing arrive exactly as given, which `fetch` would tidy up. */
export const ask = (base: string, path: string, options: AskOptions = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const { method = 'GET', headers = {}, body, chunked = false } = options;
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const json = (): unknown => JSON.parse(bytes.toString());
        resolve({ status: incoming.statusCode!, headers: incoming.headers, body: bytes, json });
        outgoing.destroy();
      });
    });
    outgoing.on('error', reject);
    if (body !== undefined && !chunked) outgoing.setHeader('content-length', Buffer.byteLength(body));
    // A body that is announced but never sent: the headers alone must be enough for an answer.
    if (body === undefined && headers['content-length'] !== undefined) outgoing.flushHeaders();
    else if (chunked) {
      outgoing.write(body!);
      outgoing.end();
    } else outgoing.end(body);
  });

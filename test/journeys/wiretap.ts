// Stands between two that talk HTTP: keeps what both say, and can change what is answered.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Wiretap {
  endpoint: string;
  /** Each request whole, head and body, byte for byte as latin1. */
  asked: string[];
  answered: { status: number; body: string }[];
  /** Changes the body of each answer from now on. */
  rewrite: (change: (body: string) => string) => void;
  stop: () => Promise<void>;
}

export const tapWire = async (target: string): Promise<Wiretap> => {
  const asked: string[] = [];
  const answered: Wiretap['answered'] = [];
  let change = (body: string): string => body;
  const server = createServer((request, response) => {
    void pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', rawHeaders } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    asked.push([`${method} ${url}`, ...rawHeaders, body.toString('latin1')].join('\n'));

    const headers = Object.entries(request.headers).filter(([name]) => !ofOneConnection.includes(name));
    const answer = await fetch(target + url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 && { body }),
    });
    const changed = change(await answer.text());
    answered.push({ status: answer.status, body: changed });
    const kept = [...answer.headers].filter(([name]) => !ofOneConnection.includes(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(changed);
  };

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answered,
    rewrite: (next) => {
      change = next;
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};

const ofOneConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host'];

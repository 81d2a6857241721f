// Stands before the local Face service: keeps what the app sends it, and can change what it says.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BeforeFace {
  endpoint: string;
  /** Each call whole, head and body, byte for byte as latin1. */
  sent: string[];
  /** Changes the body of each answer from now on. */
  rewrite: (change: (body: string) => string) => void;
  stop: () => Promise<void>;
}

export const standBeforeFace = async (faceEndpoint: string): Promise<BeforeFace> => {
  const sent: string[] = [];
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
    sent.push([`${method} ${url}`, ...rawHeaders, body.toString('latin1')].join('\n'));

    const headers = Object.entries(request.headers).filter(([name]) => !ofOneConnection.includes(name));
    const answer = await fetch(faceEndpoint + url, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 && { body }),
    });
    const changed = change(await answer.text());
    const answered = [...answer.headers].filter(([name]) => !ofOneConnection.includes(name));
    response.writeHead(answer.status, Object.fromEntries(answered)).end(changed);
  };

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
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

// A request as it stands, by the plainest client there is: nothing is corrected on the way.

import { request, type Agent } from 'node:http';

export interface RawRequest {
  method: string;
  target: string;
  headers: readonly (readonly [string, string])[];
  body: Buffer | undefined;
  framing: 'length' | 'chunked';
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

const DEADLINE_MS = 30_000;

export const sendRequest = (url: string, raw: RawRequest, agent: Agent): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, method: raw.method, path: raw.target, agent, timeout: DEADLINE_MS });
    for (const [name, values] of Object.entries(Object.groupBy(raw.headers, ([name]) => name))) {
      sent.setHeader(name, values?.map(([, value]) => value) ?? []);
    }
    // Without the other, Node sends in chunks whatever has a body.
    if (raw.framing === 'length') sent.setHeader('content-length', raw.body?.length ?? 0);
    else sent.setHeader('transfer-encoding', 'chunked');

    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', reject);
    sent.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const headers = Object.entries(response.headers).map(([name, value]) => [name, value?.toString()]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(headers) as RawAnswer['headers'],
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    sent.end(raw.body);
  });

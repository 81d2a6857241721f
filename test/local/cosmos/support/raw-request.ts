// Requests that the SDK would not send, signed as it would.

import { createHmac } from 'node:crypto';
import type { LocalCosmos } from '../../../../local/cosmos/start-cosmos.ts';

export interface RawRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: { code?: string; message?: string } & Record<string, unknown>;
}

export const send = async (cosmos: LocalCosmos, request: RawRequest): Promise<RawAnswer> => {
  const { method, path, headers = {}, body } = request;
  const date = new Date(0).toUTCString();
  const sent = { 'x-ms-date': date, 'x-ms-version': '2020-07-15', ...headers };
  const signed = { ...sent, authorization: authorization(cosmos.key, method, path, date) };
  const {
    status,
    headers: received,
    bodyAsText,
  } = await cosmos.httpClient.sendRequest({
    url: `https://cosmos.local${path}`,
    method,
    headers: { toJSON: () => signed },
    body,
  });
  const parsed = (bodyAsText === '' ? {} : JSON.parse(bodyAsText)) as RawAnswer['body'];
  return { status, headers: received.toJSON(), body: parsed };
};

const authorization = (key: string, method: string, path: string, date: string): string => {
  const segments = path.split('/').filter(Boolean).map(decodeURIComponent);
  const isFeed = segments.length % 2 === 1;
  const type = segments.at(isFeed ? -1 : -2) ?? '';
  const link = segments.slice(0, isFeed ? -1 : undefined).join('/');
  const text = `${method.toLowerCase()}\n${type}\n${link}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
};

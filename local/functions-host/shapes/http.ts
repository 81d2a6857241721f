// HTTP between the wire and the library, with the losses of the platform: names once, cookies only through `cookies`.

import type { HttpCookieData, HttpRequestData, OutputData, TextMap } from '../rpc.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  /** Values of `set-cookie`. */
  cookies: string[];
  body: Buffer;
}

export interface ReceivedRequest {
  method: string;
  /** Absolute. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  params: Record<string, string>;
  body: Uint8Array | undefined;
}

export const toHttpRequestData = ({ method, url, headers, params, body }: ReceivedRequest): HttpRequestData => {
  const data: HttpRequestData = {
    method,
    url,
    nullableHeaders: toTextMap(headers),
    nullableQuery: toTextMap(readQuery(url)),
    nullableParams: toTextMap(params),
  };
  if (body !== undefined && body.length > 0) data.body = { bytes: body };
  return data;
};

const toTextMap = (texts: Record<string, string>): TextMap =>
  Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, { value }]));

/** A name given twice, in any case, is one entry with its values joined. */
const readQuery = (url: string): Record<string, string> => {
  const entries = new Map<string, { name: string; values: string[] }>();
  const start = url.indexOf('?');
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start))) {
    const entry = entries.get(name.toLowerCase());
    if (entry === undefined) entries.set(name.toLowerCase(), { name, values: [value] });
    else entry.values.push(value);
  }
  return Object.fromEntries([...entries.values()].map(({ name, values }) => [name, values.join(',')]));
};

export const emptyAnswer = (status: number): HttpAnswer => ({
  status,
  headers: {},
  cookies: [],
  body: Buffer.alloc(0),
});

/** No answer of the function is 204. */
export const toHttpAnswer = (returnValue: OutputData | null | undefined): HttpAnswer => {
  const http = returnValue?.http;
  if (http === undefined) return emptyAnswer(204);
  return {
    status: Number(http.statusCode ?? '200'),
    headers: http.headers ?? {},
    cookies: (http.cookies ?? []).map(toSetCookie),
    body: Buffer.from(http.body?.bytes ?? http.body?.string ?? ''),
  };
};

export const toSetCookie = (cookie: HttpCookieData): string => {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  const expiresAt = cookie.expires?.value?.seconds;
  if (expiresAt !== undefined) parts.push(`expires=${new Date(expiresAt * 1000).toUTCString()}`);
  if (cookie.maxAge?.value !== undefined) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain?.value !== undefined) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? '/'}`);
  if (cookie.secure?.value === true) parts.push('secure');
  const sameSite = { none: undefined, lax: 'lax', strict: 'strict', explicitNone: 'none' }[cookie.sameSite ?? 'none'];
  if (sameSite !== undefined) parts.push(`samesite=${sameSite}`);
  if (cookie.httpOnly?.value === true) parts.push('httponly');
  return parts.join('; ');
};

// Requests as the Functions library hands them to a trigger.

import { HttpRequest, type HttpRequestInit } from '@azure/functions';

export const aRequest = (what: HttpRequestInit = {}): HttpRequest =>
  new HttpRequest({ method: 'POST', url: 'http://127.0.0.1/api/v1/liveness-sessions', ...what });

export const jsonRequest = (body: string | Uint8Array, contentType = 'application/json'): HttpRequest =>
  aRequest({
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? { string: body } : { bytes: body },
  });

/** A multipart form as a browser would write it. */
export const formRequest = async (form: FormData): Promise<HttpRequest> => {
  const written = new Response(form);
  return aRequest({
    headers: { 'content-type': written.headers.get('content-type') ?? '' },
    body: { bytes: new Uint8Array(await written.arrayBuffer()) },
  });
};

export const aFile = (bytes: number, name = 'face.jpg'): File => new File([new Uint8Array(bytes)], name);

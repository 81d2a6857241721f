// Checks the signature that a client makes with the account's key, or the Entra token that it brings.

import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { CosmosError, leftOut } from './errors.ts';
import type { CosmosRequest } from './exchange.ts';

/** The key of Azure's own emulator: publicly known, so no secret. */
export const publicKey = 'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==';

export interface Access {
  key: KeyObject;
  /** Without it Entra tokens are refused as something that is not there. */
  verifyToken: ((token: string) => boolean) | undefined;
}

export const authorize = (request: CosmosRequest, segments: readonly string[], { key, verifyToken }: Access): void => {
  const { authorization } = request.headers;
  if (authorization === undefined) throw unauthorized('Required Header authorization is missing.');
  const { type, signature } = parseToken(authorization);
  if (type === 'aad') {
    if (verifyToken === undefined) throw leftOut('Microsoft Entra tokens (type=aad); use the account key');
    if (signature !== undefined && verifyToken(signature)) return;
    throw unauthorized('The Entra token is not valid, or not any more.');
  }
  if (type !== 'master' || signature === undefined) throw unauthorized('The authorization token is not valid.');
  const expected = Buffer.from(sign(request, segments, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthorized(
      'The input authorization token cannot serve the request. The signature does not fit the key, the verb, ' +
        'the resource or the date.',
    );
  }
};

const unauthorized = (message: string): CosmosError => new CosmosError(401, message);

const parseToken = (authorization: string): { type: string | undefined; signature: string | undefined } => {
  let token: string;
  try {
    token = decodeURIComponent(authorization);
  } catch {
    throw unauthorized('The authorization token is not valid.');
  }
  // Not URLSearchParams: it would read the + of the base64 text as a space.
  const fields = new Map(
    token.split('&').map((field): [string, string] => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
  return { type: fields.get('type'), signature: fields.get('sig') };
};

const sign = ({ method, headers }: CosmosRequest, segments: readonly string[], key: KeyObject): string => {
  const isFeed = segments.length % 2 === 1;
  const type = (isFeed ? segments.at(-1) : segments.at(-2)) ?? '';
  const link = (isFeed ? segments.slice(0, -1) : segments).join('/');
  const text = `${method.toLowerCase()}\n${type.toLowerCase()}\n${link}\n${(headers['x-ms-date'] ?? '').toLowerCase()}\n\n`;
  return createHmac('sha256', key).update(text, 'utf8').digest('base64');
};

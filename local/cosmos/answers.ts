// Builds answers with the headers that clients rely on.

import type { Container } from './catalog.ts';
import { type CosmosError, errorCode } from './errors.ts';
import type { CosmosAnswer } from './exchange.ts';
import { smallestCharge } from './request-charge.ts';

export interface AnswerParts {
  status: number;
  charge: number;
  /** JSON text; left out for 204 and 304, which have none. */
  body?: string;
  headers?: Record<string, string>;
}

export const answerOf = ({ status, charge, body, headers }: AnswerParts): CosmosAnswer => ({
  status,
  headers: {
    'content-type': 'application/json',
    'x-ms-request-charge': String(Math.round(charge * 100) / 100),
    'x-ms-version': '2020-07-15',
    ...headers,
  },
  body: status === 204 || status === 304 ? '' : (body ?? '{}'),
});

/** Clients drop session tokens that come without the content path. */
export const containerHeaders = (
  { rid }: Container,
  lsn: number,
  rangeIds: readonly string[],
): Record<string, string> => ({
  'x-ms-content-path': rid,
  'x-ms-session-token': rangeIds.map((id) => `${id}:-1#${lsn}`).join(','),
  lsn: String(lsn),
});

/** A body is a must: clients read its message, and fail on their own when there is none. */
export const errorAnswer = (error: CosmosError, headers: Record<string, string> = {}): CosmosAnswer => {
  const { substatus, requestCharge, retryAfterMs, additionalErrorInfo } = error.details;
  const body: Record<string, string> = { code: errorCode(error.status), message: error.message };
  if (additionalErrorInfo !== undefined) body.additionalErrorInfo = additionalErrorInfo;
  const answer = answerOf({
    status: error.status,
    charge: requestCharge ?? smallestCharge,
    body: JSON.stringify(body),
    headers,
  });
  if (substatus !== undefined) answer.headers['x-ms-substatus'] = String(substatus);
  if (retryAfterMs !== undefined) answer.headers['x-ms-retry-after-ms'] = String(retryAfterMs);
  return answer;
};

export const listBody = (rid: string, name: string, jsonTexts: readonly string[]): string =>
  `{"_rid":${JSON.stringify(rid)},"${name}":[${jsonTexts.join(',')}],"_count":${jsonTexts.length}}`;

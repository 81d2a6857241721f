// One person against the running product, a session for each try. Nothing is left to chance: what is live passes, and
// everything else is recognised as a spoof.

import { setTimeout as delay } from 'node:timers/promises';
import { playAttempt } from '../face/device.ts';
import { requestAppToken } from '../identity/token-requests.ts';
import { ApiClient, type IssuedToken, type TokenAnswer } from '../traffic/api-client.ts';
import { controlAnswerSchema, type ControlAnswer } from './control.ts';
import type { RunningProduct } from './data-directory.ts';
import type { PersonOptions } from './demo-options.ts';
import { findProduct } from './find-product.ts';
import { UserError } from './user-error.ts';

const RECORDED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 50;

export const runDemo = async (options: PersonOptions, say: (line: string) => void): Promise<void> => {
  const product = await findProduct(options.dataDir);
  if (product === undefined) {
    throw new UserError('The product is not running, or still plays its day. Start it in another terminal: npm start');
  }
  const accessToken = requestAppToken(product.tenantUrl, {
    clientId: product.clientId,
    secret: product.clientSecret,
    apiClientId: product.apiClientId,
  });
  const api = new ApiClient(product.apiUrl, () => accessToken);
  let wasBlocked = false;

  for (let number = 1; number <= options.tries; number += 1) {
    const answer = await api.askForToken({ endUserRef: options.user, deviceId: `demo-device-of-${options.user}` });
    if (answer.kind !== 'issued') {
      say(`${number}. ${notIssued(answer)}`);
      continue;
    }
    const { completion, verdict } = await tryOnce(product, api, answer.token, options);
    say(`${number}. ${options.media}: ${completion}`);
    if (verdict !== undefined && !wasBlocked) {
      say(`   ${verdict.kind}: ${verdict.pattern}, score ${verdict.statistic} against ${verdict.limit}`);
      wasBlocked = true;
    }
  }
};

const tryOnce = async (
  product: RunningProduct,
  api: ApiClient,
  token: IssuedToken,
  { user, media }: PersonOptions,
): Promise<{ completion: string; verdict: ControlAnswer['verdict'] }> => {
  const played = await playAttempt({
    endpoint: product.faceEndpoint,
    authToken: token.authToken,
    person: user,
    media,
    outcome: media === 'live' ? 'real' : 'spoof',
  });
  if (played.kind === 'refused') throw new Error(`The Face service refused the try: ${played.status} ${played.code}.`);
  const completion = await api.complete(
    token.sessionId,
    played.digest === undefined ? {} : { clientDigest: played.digest },
  );
  if (completion === undefined) throw new Error('The session has no result.');
  const { verdict } = await untilRecorded(product, token.sessionId, played.attemptId);
  const { decision, reason, nextAction, retryAt, remainingAttempts } = completion;
  const next = retryAt === undefined ? nextAction : `${nextAction} at ${retryAt}`;
  return { completion: `${decision} (${reason}), next step: ${next}, ${remainingAttempts} tries left`, verdict };
};

/** So that the next request meets a product that has counted this try. */
const untilRecorded = async (
  { controlUrl }: RunningProduct,
  sessionId: string,
  attemptId: number,
): Promise<ControlAnswer> => {
  const deadline = performance.now() + RECORDED_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${controlUrl}?sessionId=${encodeURIComponent(sessionId)}`);
    const answer = controlAnswerSchema.parse(await response.json());
    if (answer.recorded.includes(attemptId)) return answer;
    if (performance.now() > deadline) throw new Error('The try was not recorded in time.');
    await delay(LOOK_AGAIN_MS);
  }
};

const notIssued = (answer: Exclude<TokenAnswer, { kind: 'issued' }>): string => {
  switch (answer.kind) {
    case 'wait':
      return `no token: 429 wait, next step: retry-later at ${answer.retryAt.toISOString()}`;
    case 'busy':
      return `no token: 503 ${answer.code}, next step: retry-now`;
    case 'refused': {
      const { status, code, nextAction, retryAt, alternativePath } = answer;
      const until = retryAt === undefined ? '' : ` until ${retryAt.toISOString()}`;
      const instead = alternativePath === undefined ? '' : ` (${alternativePath})`;
      return `no token: ${status} ${code}${until}, next step: ${nextAction}${instead}`;
    }
  }
};

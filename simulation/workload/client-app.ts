// A client application of a customer, with the people in front of it: asks for tokens, lets people try, reports.

import { playAttempt, type PlayedAttempt } from '../../local/face/device.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { customers } from '../../local/seed.ts';
import type { IssueDecision, SessionRequest } from '../../shared/application/issue-liveness-session.ts';
import { pseudonyms } from '../world/product.ts';
import type { Stage } from './stage.ts';

export interface Person {
  /** As the customer calls them; tokens are asked for in this name. */
  ref: string;
  customerId: string;
  deviceId: string | undefined;
  /** Is compared with a picture. */
  hasVerifyImage?: true;
}

export type Issued = IssueDecision & { kind: 'issued' };

export type Shown = 'real' | 'spoof' | 'uncertain' | 'no face';

/** How long somebody waits for an answer before asking again. */
const PATIENCE_MS = 20_000;
const ASK_AGAIN_MS = 4000;
const MOST_TIMES_ASKED = 3;
const BODY_HASH = 'body';

export const makeClientApp = (stage: Stage) => {
  const { host, checker, time, face, say } = stage;
  let asked = 0;

  /** Undefined: no answer came. */
  const askForToken = async (
    person: Person,
    options: { idempotencyKey?: string } = {},
  ): Promise<IssueDecision | undefined> => {
    asked += 1;
    const { customerId, deviceId, ref } = person;
    const name = `${ref}#${asked}`;
    const deviceKey = deviceId === undefined ? undefined : pseudonyms.deviceKey(customerId, deviceId);
    const endUserKey = pseudonyms.endUserKey(customerId, ref);
    const request = checker.beginTokenRequest({ name, customerId, endUserKey, deviceKey });
    const body: SessionRequest = {
      caller: { clientKey: clientKeyOf(customerId), customerId },
      ...(person.hasVerifyImage === true
        ? { kind: 'liveness-with-verify', verifyImage: makeVerifyImage(ref) }
        : { kind: 'liveness' }),
      endUserRef: ref,
      operationMode: 'PassiveActive',
      ...(deviceId !== undefined && { deviceId }),
      ...(options.idempotencyKey !== undefined && {
        idempotency: { key: options.idempotencyKey, bodyHash: BODY_HASH },
      }),
    };
    const answer = await host.call(`token for ${name}`, (product) => product.issueLivenessSession(body), {
      request,
      patienceMs: PATIENCE_MS,
      onAnswer: (decision) => checker.tokenRequestAnswered(request, decision),
    });
    if (answer.kind !== 'answered') {
      say(`${name} on ${deviceId ?? 'no device'}: ${answer.kind}`);
      return undefined;
    }
    const decision = answer.value;
    say(`${name} on ${deviceId ?? 'no device'}: ${describe(decision)}`);
    return decision;
  };

  const attempt = async (person: Person, { authToken, sessionId }: Issued, shown: Shown): Promise<PlayedAttempt> => {
    const { ref } = person;
    // With a picture to compare with, somebody else's live face is as uncertain as a bad view of one's own.
    const isSomebodyElse = person.hasVerifyImage === true && shown === 'uncertain';
    const played = await playAttempt({
      endpoint: face.endpoint,
      call: face.call,
      authToken,
      person: isSomebodyElse ? 'somebody else' : ref,
      media: shown === 'spoof' ? 'print' : 'live',
      ...(shown === 'no face'
        ? { error: 'NoFaceDetected' as const }
        : { outcome: isSomebodyElse ? ('real' as const) : shown }),
    });
    if (played.kind === 'played') checker.attempted(sessionId, { ...played, isPass: shown === 'real' });
    const result =
      played.kind === 'played' ? `attempt ${played.attemptId}, ${shown}` : `refused by Face (${played.code})`;
    say(`${ref} tries in ${short(sessionId)}: ${result}`);
    return played;
  };

  /** Asks again until there is an answer, within reason. */
  const complete = async (
    { customerId, ref }: Person,
    { sessionId }: Issued,
    report: { digest?: string; error?: string } = {},
  ): Promise<void> => {
    checker.reported(sessionId, report.digest);
    for (let times = 0; times < MOST_TIMES_ASKED; times += 1) {
      const answer = await host.call(
        `completion of ${short(sessionId)}`,
        (product) => product.completeLivenessSession({ customerId, sessionId, report }),
        {
          patienceMs: PATIENCE_MS,
          onAnswer: (completion) => checker.completionAnswered(sessionId, completion, report.digest),
        },
      );
      const result = answer.kind === 'answered' ? completed(answer.value) : answer.kind;
      say(`${ref} completes ${short(sessionId)}: ${result}`);
      if (answer.kind === 'answered') return;
      await time.sleep(ASK_AGAIN_MS);
    }
  };

  const giveUp = async ({ customerId, ref }: Person, { sessionId }: Issued): Promise<void> => {
    const answer = await host.call(
      `deletion of ${short(sessionId)}`,
      (product) => product.deleteLivenessSession({ customerId, sessionId }),
      { patienceMs: PATIENCE_MS },
    );
    say(`${ref} deletes ${short(sessionId)}: ${answer.kind === 'answered' ? answer.value.kind : answer.kind}`);
  };

  return { askForToken, attempt, complete, giveUp };
};

export type ClientApp = ReturnType<typeof makeClientApp>;

const clientKeyOf = (customerId: string): string => {
  const tenant = customers.find((customer) => customer.customerId === customerId)?.tenant;
  return `${tenant?.tenantId}:${tenant?.clients[0]?.clientId}`;
};

/** The random part tells sessions apart. */
export const short = (sessionId: string): string =>
  sessionId.slice(sessionId.indexOf('.') + 1, sessionId.indexOf('.') + 7);

const describe = (decision: IssueDecision): string => {
  switch (decision.kind) {
    case 'issued':
      return `token of ${short(decision.sessionId)}${decision.replayed ? ' (replayed)' : ''}`;
    case 'refused':
      return `refused, ${decision.because}`;
    case 'wait':
    case 'customer-quota':
    case 'service-busy':
    case 'bad-image':
    case 'request-in-progress':
    case 'session-in-progress':
    case 'key-reused':
      return decision.kind;
  }
};

const completed = (completion: { kind: string; decision?: string }): string => completion.decision ?? completion.kind;

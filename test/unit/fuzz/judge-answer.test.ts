import { problems, type ProblemCode } from '../../../shared/http/problem.ts';
import { judgeAnswer, type Asked } from '../../fuzz/judge-answer.ts';
import { SECRET } from '../../fuzz/odd-texts.ts';
import { operations } from '../../fuzz/operations.ts';
import type { RawAnswer } from '../../fuzz/send-request.ts';

const operation = operations.find(({ name }) => name === 'createLivenessSession')!;

const asked = (body: string, changes: Partial<Asked> = {}): Asked => ({
  operation,
  request: {
    method: 'POST',
    target: operation.path,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(body),
    framing: 'length',
  },
  mayStopBefore: false,
  isPermitted: true,
  secrets: [['a key', 'the-key']],
  keptFromCaller: [['the session of another customer', 'their-session']],
  ...changes,
});

const aProblem = (code: ProblemCode, changes: Record<string, unknown> = {}): RawAnswer => ({
  status: problems[code].status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(problems[code].status === 503 && { 'retry-after': '1' }),
  },
  text: JSON.stringify({
    type: `urn:liveness-abuse-monitor:problem:${code}`,
    ...problems[code],
    code,
    requestId: '2f1b6d1e-0000-4000-8000-000000000001',
    ...changes,
  }),
});

const missing = { errors: [{ pointer: '/endUserRef', detail: 'Is missing.' }] };
const issued: RawAnswer = {
  status: 201,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  text: JSON.stringify({
    sessionId: 's',
    correlationId: '2f1b6d1e-0000-4000-8000-000000000001',
    authToken: 'a',
    expiresAt: '2026-03-02T12:00:00.000Z',
    attemptsAllowed: 3,
    remainingAttempts: 19,
    lockOutProtection: 'off',
  }),
};

describe('holding an answer against what is promised', () => {
  it('has nothing to say about a right answer', () => {
    expect(judgeAnswer(asked('{}'), aProblem('invalid-request', missing))).toEqual([]);
    expect(judgeAnswer(asked('{"endUserRef":"alice"}'), issued)).toEqual([]);
  });

  it('lets the name of an unknown field be told back, and nothing else that was sent', () => {
    const named = { errors: [{ pointer: `/${SECRET}`, detail: 'Is not known.' }] };
    const told = { errors: [{ pointer: '/endUserRef', detail: `${SECRET} is wrong.` }] };

    expect(judgeAnswer(asked(`{"${SECRET}":1}`), aProblem('invalid-request', named))).toEqual([]);
    expect(judgeAnswer(asked('{}'), aProblem('invalid-request', told))).toEqual(['tells what was sent']);
  });

  it.each<[string, RawAnswer, RegExp]>([
    ['a mistake of ours', aProblem('internal'), /answers 500/],
    ['an outage that is none', aProblem('unavailable'), /503/],
    ['an answer without a body', { status: 400, headers: {}, text: '' }, /without a problem document/],
    ['a page', { status: 400, headers: { 'content-type': 'text/html' }, text: '<h1>' }, /text\/html/],
    ['a status that is not documented', { ...issued, status: 200 }, /does not document 200/],
    ['another type', aProblem('forbidden', { type: 'about:blank' }), /not as it was authored/],
    ['another sentence', aProblem('forbidden', { detail: 'Go away.' }), /not as it was authored/],
    ['no request id', aProblem('invalid-request', { ...missing, requestId: '7' }), /no request id/],
    ['no field', aProblem('invalid-request'), /names no field/],
    [
      'a field that is nowhere',
      aProblem('invalid-request', { errors: [{ pointer: '/colour', detail: 'Is missing.' }] }),
      /"\/colour" is no place/,
    ],
    [
      'a field without a sentence',
      aProblem('invalid-request', { errors: [{ pointer: '/endUserRef', detail: 'invalid' }] }),
      /no sentence/,
    ],
    ['a wait without an end', aProblem('wait'), /429 without Retry-After/],
    ['a challenge that is missing', aProblem('unauthenticated'), /401 without WWW-Authenticate/],
    ['an answer that may be kept', { ...issued, headers: { 'content-type': 'application/json' } }, /kept on the way/],
    ['a stack in a header', { ...issued, headers: { ...issued.headers, 'x-at': 'run (main.cjs:1:2)' } }, /stack frame/],
    ["another customer's things", { ...issued, text: '{"sessionId":"their-session"}' }, /session of another customer/],
    ['a key', aProblem('invalid-request', { ...missing, alternativePath: 'the-key' }), /tells a key/],
    ['a body taken that the document refuses', issued, /accepted what the document refuses/],
  ])('finds %s', (_what, answer, complaint) => {
    expect(judgeAnswer(asked('{}'), answer).join('\n')).toMatch(complaint);
  });

  it('finds an answer to whoever has no right to one', () => {
    const request = asked('{"endUserRef":"alice"}', { isPermitted: false });

    expect(judgeAnswer(request, issued)).toEqual(['answers 201 to a caller without the right']);
    expect(judgeAnswer(request, aProblem('forbidden'))).toEqual([]);
  });

  it('finds a refusal of what the document permits', () => {
    const complaints = judgeAnswer(asked('{"endUserRef":"alice"}'), aProblem('invalid-request', missing));

    expect(complaints).toEqual(['refused "/endUserRef", which the document permits']);
  });

  it('finds JSON taken that is none', () => {
    expect(judgeAnswer(asked('{"endUserRef":'), issued)).toContain('accepted a body that is no JSON');
  });

  it.each([
    ['a stack', 'Error: x\n    at run (main.cjs:1:2)', /stack frame/],
    ['an exception', 'TypeError: x', /exception/],
    ['a service', 'COSMOS said no', /made of/],
    ['an endpoint', 'http://10.0.0.1', /endpoint/],
    ['a token', 'eyJhbGciOi.e30.x', /token/],
    ['a value without a text', '[object Object]', /internal/],
  ])('finds %s', (_what, alternativePath, complaint) => {
    const answer = aProblem('exposure-budget', { alternativePath });

    expect(judgeAnswer(asked('{"endUserRef":"alice"}'), answer).join('\n')).toMatch(complaint);
  });

  it('lets the platform refuse what may never reach a function, but not by a failure', () => {
    const silent = (status: number): RawAnswer => ({ status, headers: {}, text: '' });
    const elsewhere = asked('{}', { mayStopBefore: true });

    expect(judgeAnswer(elsewhere, silent(404))).toEqual([]);
    expect(judgeAnswer(elsewhere, silent(500))).toEqual(['the platform answers 500']);
  });
});

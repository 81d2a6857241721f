import { type ResultMessage, decodeResult, encodeResult } from '../../../shared/contracts/result-message.ts';
import type { ResultEvent } from '../../../shared/application/ports.ts';
import { aCorrelationId, aLivenessResult, aSessionId, customerId } from '../../support/builders.ts';

const correlationId = aCorrelationId();
const sessionId = aSessionId(correlationId);
const atMs = Date.parse('2026-03-02T12:00:00.123Z');
const base = { atMs, customerId, correlationId, sessionId };

const attempt = aLivenessResult({ correlationId, sessionId, outcome: 'spoof' });
const message: ResultMessage = encodeResult(attempt);

const decode = (content: object) => decodeResult(JSON.stringify(content));

describe('a result message', () => {
  it.each<[string, ResultEvent]>([
    ['an attempt', attempt],
    [
      'an attempt with everything',
      {
        ...base,
        type: 'attempt',
        attemptId: 3,
        outcome: 'uncertain',
        reason: 'mismatch',
        errorCode: 'TimedOut',
        deviceKey: '1.phone',
      },
    ],
    ['an abandoned token', { ...base, type: 'session.abandoned', deviceKey: '1.phone' }],
    ['the end of a session', { ...base, type: 'session.closed', attempts: 0 }],
  ])('brings %s as it was sent', (_what, event) => {
    const decoded = decode(encodeResult(event));

    expect(decoded).toEqual({ kind: 'decoded', event, message: encodeResult(event) });
  });

  it('says in which version it is written, and that it was never put off', () => {
    expect(message).toMatchObject({ schemaVersion: 1, postponed: 0 });
  });

  it('can be read when the next version of the app has written it, with fields that this one does not know', () => {
    const { schemaVersion, ...rest } = message;

    const decoded = decode({ ...rest, schemaVersion: schemaVersion + 1, weather: 'sunny' });

    expect(decoded).toMatchObject({ kind: 'decoded', event: attempt });
    expect(decoded).not.toMatchObject({ event: { weather: 'sunny' } });
  });

  it('keeps how often it was put off', () => {
    expect(decode({ ...message, postponed: 4 })).toMatchObject({ message: { postponed: 4 } });
  });

  const { correlationId: _none, ...withoutGuid } = message;
  const other = aCorrelationId();
  it.each([
    ['nothing', '', 'not JSON'],
    ['no JSON', '{"type":', 'not JSON'],
    ['a list', '[]', 'message: Invalid input: expected object, received array'],
    [
      'another version',
      JSON.stringify({ ...message, schemaVersion: 3 }),
      'message.schemaVersion: Too big: expected number to be <=2',
    ],
    [
      'no version',
      JSON.stringify({ ...message, schemaVersion: undefined }),
      'message.schemaVersion: Invalid input: expected number, received undefined',
    ],
    [
      'another type',
      JSON.stringify({ ...message, type: 'session.issued' }),
      expect.stringMatching(/^message\.type: Invalid discriminator/) as string,
    ],
    [
      'a device with a space, which no history can keep',
      JSON.stringify({ ...message, deviceKey: 'my phone' }),
      'message.deviceKey: is not a keyed hash',
    ],
    [
      'a device that no partition key can hold',
      JSON.stringify({ ...message, deviceKey: 'x'.repeat(3000) }),
      'message.deviceKey: is not a keyed hash',
    ],
    [
      'an error code as long as a book',
      JSON.stringify({ ...message, errorCode: 'x'.repeat(257) }),
      'message.errorCode: Too big: expected string to have <=256 characters',
    ],
    [
      'no correlation id',
      JSON.stringify(withoutGuid),
      'message.correlationId: Invalid input: expected string, received undefined',
    ],
    [
      'a correlation id that is none',
      JSON.stringify({ ...message, correlationId: 'x' }),
      'message.correlationId: Invalid UUID',
    ],
    [
      'another’s correlation id',
      JSON.stringify({ ...message, correlationId: other }),
      'message.correlationId: is not the one that the session belongs to',
    ],
    [
      'a session id of somebody else’s making',
      JSON.stringify({ ...message, sessionId: 'face-session' }),
      'message.correlationId: is not the one that the session belongs to',
    ],
    [
      'an attempt number of zero',
      JSON.stringify({ ...message, attemptId: 0 }),
      'message.attemptId: Too small: expected number to be >=1',
    ],
    [
      'an unknown outcome',
      JSON.stringify({ ...message, outcome: 'maybe' }),
      'message.outcome: Invalid option: expected one of "real"|"spoof"|"uncertain"|"technical"',
    ],
    [
      'no customer',
      JSON.stringify({ ...message, customerId: '' }),
      'message.customerId: Too small: expected string to have >=1 characters',
    ],
    ['a moment that is none', JSON.stringify({ ...message, at: 'yesterday' }), 'message.at: Invalid ISO datetime'],
  ])('is not read from %s, and says why without repeating what was sent', (_what, text, reason) => {
    expect(decodeResult(text)).toEqual({ kind: 'invalid', reason });
  });
});

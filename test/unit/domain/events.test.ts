import { eventKey } from '../../../shared/domain/events.ts';
import { anAbandonedToken, anAttempt, noonOf } from './support/histories.ts';

it('gives every event of a session a key of its own', () => {
  const attempt = anAttempt({ sessionId: 'a', attemptId: 2 });
  const { customerId, correlationId, atMs } = attempt;
  const base = { customerId, correlationId, atMs, sessionId: 'a' };

  expect(eventKey(attempt)).toBe('a/2');
  expect(eventKey({ ...base, type: 'session.issued', attemptsAllowed: 3, tokenTtlSeconds: 600 })).toBe('a/issued');
  expect(eventKey({ ...anAbandonedToken(noonOf(0)), sessionId: 'a' })).toBe('a/abandoned');
  expect(eventKey({ ...base, type: 'session.closed', attempts: 1 })).toBe('a/closed');
});

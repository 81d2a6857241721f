import type { Mutant } from './mutant.ts';

const issuing = 'shared/application/issue-liveness-session.ts';
const correlation = 'shared/application/correlation.ts';
const budget = 'shared/domain/gate-rules/exposure-budget.ts';
const gate = 'shared/domain/gate.ts';
const recording = 'shared/application/record-liveness-results.ts';
const messages = 'shared/messaging/record-results-message.ts';
const closing = 'shared/application/close-liveness-session.ts';
const detecting = 'shared/application/detect-abuse-patterns.ts';
const publishing = 'shared/application/publish-events.ts';
const reset = 'shared/application/reset-correlation.ts';
const reservation = 'shared/application/reservation.ts';
const sweeps = 'shared/application/sweeps.ts';
const stores = 'shared/adapters/cosmos/cosmos-correlations.ts';
const documents = 'shared/adapters/cosmos/documents.ts';

/** Each is a mistake that somebody could make, or has made. */
export const mutants: readonly Mutant[] = [
  // Issuing
  {
    name: 'a customer who is suspended gets tokens',
    breaks: ['I2'],
    file: issuing,
    text: "return record.eligibility === 'eligible' ? { kind: 'eligible', record } : notEligible(record);",
    instead: "return { kind: 'eligible', record };",
  },
  {
    name: 'eligibility is not read again before the answer',
    breaks: ['I2'],
    file: issuing,
    text: 'const still = await eligibleCustomer(customer.customerId);',
    instead: "const still = { kind: 'eligible' };",
  },
  {
    name: 'the gate does not ask for verdicts',
    breaks: ['I2'],
    file: gate,
    text: '(audit ? undefined : refusal(verdicts, channel, nowMs)) ?? admit(',
    instead: 'admit(',
  },
  {
    name: 'the last look at revocation is left out',
    breaks: ['I2', 'I6'],
    file: issuing,
    text: 'if (stored !== undefined && stored.record.revoked === undefined) return undefined;',
    instead: 'return undefined;',
  },
  {
    name: 'a retired correlation id gets sessions',
    breaks: ['I6'],
    file: issuing,
    text: "if (before.status === 'retired') throw new Unavailable('the correlation id is being replaced');",
    instead: '',
  },
  {
    name: 'the reservation takes nothing from the budget',
    breaks: ['I3'],
    file: issuing,
    text: 'reserve(before, session, policy)',
    instead: 'before',
  },
  {
    name: 'a token is reserved as one attempt, and is good for three',
    breaks: ['I3'],
    file: issuing,
    text: 'const TOKEN = { attempts: 3,',
    instead: 'const TOKEN = { attempts: 1,',
  },
  {
    name: 'the answer does not wait until all is stored',
    breaks: ['I5'],
    file: issuing,
    text: 'const refusal = await confirm(session, faceSessionId, customer, remember);',
    instead: `const refusal = undefined;
    confirm(session, faceSessionId, customer, remember).catch(() => undefined);`,
  },
  {
    name: 'an error after the creation at Face is passed over',
    breaks: ['I5'],
    file: issuing,
    text: `      await withdraw(session);
      throw error;`,
    instead: '      return undefined;',
  },
  {
    name: 'the gate forgets what is reserved',
    breaks: ['I3'],
    file: budget,
    text: 'left: Math.max(0, budget - judgedMs.length - reserved)',
    instead: 'left: Math.max(0, budget - judgedMs.length)',
  },
  {
    name: 'the gate forgets reservations when their tokens expire',
    breaks: ['I3'],
    file: budget,
    text: "const own = outstanding.filter(({ deviceKey }) => counts(deviceKey ?? ''));",
    instead:
      "const own = outstanding.filter(({ deviceKey, expiresAtMs }) => expiresAtMs > nowMs && counts(deviceKey ?? ''));",
  },
  {
    name: 'reservations leave the history by time',
    breaks: ['I3'],
    file: correlation,
    text: 'outstanding: [...record.outstanding, reservation],',
    instead: 'outstanding: [...record.outstanding.filter(({ expiresAtMs }) => expiresAtMs > atMs), reservation],',
  },
  {
    name: 'a reservation has no moment at which it is given back',
    breaks: ['I8'],
    file: issuing,
    text: 'dueAt: secondsAfter(now, RESERVATION_SECONDS),',
    instead: '',
  },
  {
    name: 'a repeated request takes a session away that is in use',
    breaks: ['answers'],
    file: issuing,
    text: "if (atFace !== undefined && (atFace.status !== 'NotStarted' || atFace.attempts.length > 0)) return false;",
    instead: '',
  },
  {
    name: 'of two first requests at once each has its own correlation id',
    breaks: ['I3'],
    file: 'shared/application/resolve-end-user.ts',
    text: 'return other.record;',
    instead: 'return fresh;',
  },

  // Recording
  {
    name: 'the ledger is left out',
    breaks: ['I1'],
    file: recording,
    text: 'ledger: toApply.map(ledgerRecord),',
    instead: 'ledger: [],',
  },
  {
    name: 'the ledger is a batch of its own',
    breaks: ['I1'],
    file: stores,
    text: 'const steps = stepsOf(change);',
    instead: `if (change.correlation !== undefined && change.ledger !== undefined && change.ledger.length > 0) {
      const first = await this.commit(correlationId, { ledger: change.ledger });
      return first.kind === 'committed' ? this.commit(correlationId, { ...change, ledger: [] }) : first;
    }
    const steps = stepsOf(change);`,
  },
  {
    name: 'the history is written without If-Match',
    breaks: ['I1'],
    file: stores,
    text: "operation: { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody }",
    instead: `operation: {
        operationType: 'Replace',
        id: document.id,
        ...(what !== 'correlation' && { ifMatch: version }),
        resourceBody,
      }`,
  },
  {
    name: 'sessions are written without If-Match',
    breaks: ['I2', 'I3', 'I6'],
    file: stores,
    text: "operation: { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody }",
    instead: `operation: {
        operationType: 'Replace',
        id: document.id,
        ...(what !== 'session' && { ifMatch: version }),
        resourceBody,
      }`,
  },
  {
    name: 'a conflict in the ledger is taken for success',
    breaks: ['I1', 'I8'],
    file: recording,
    text: 'for (const record of known) ledger.set(record.key, record);',
    instead: `for (const record of known) ledger.set(record.key, record);
          return finish(found.record, fresh, ledger, refused);`,
  },
  {
    name: 'a batch that lost its race is taken as committed',
    breaks: ['I1', 'I8'],
    file: recording,
    text: `case 'changed':
          continue;`,
    instead: `case 'changed':
          return finish(recorded.record, fresh, ledger, refused);`,
  },
  {
    name: 'devices learn only of what was not counted before',
    breaks: ['I1'],
    file: recording,
    text: 'await mergeIntoDevices(counted)',
    instead: 'await mergeIntoDevices(counted.filter((event) => !ledger.has(eventKey(event))))',
  },
  {
    name: 'devices are written without If-Match',
    breaks: ['I1'],
    file: 'shared/adapters/cosmos/single-items.ts',
    text: "accessCondition: { type: 'IfMatch', condition: version },",
    instead: '',
  },
  {
    name: 'a verdict does not revoke open sessions',
    breaks: ['I2'],
    file: recording,
    text: '...(recorded.found.length > 0 && {',
    instead: '...(recorded.found.length < 0 && {',
  },
  {
    name: 'the sequence of events is not raised',
    breaks: ['I4'],
    file: correlation,
    text: 'record = { ...record, sequence: completed.sequence };',
    instead: '',
  },
  {
    name: 'a message that cannot be counted now is completed',
    breaks: ['I1', 'I8'],
    file: messages,
    text: 'for (const { message } of group) await postpone(message);',
    instead: '',
  },
  {
    name: 'a message that is put off loses its device',
    breaks: ['I1'],
    file: messages,
    text: '{ ...message, postponed: message.postponed + 1 }',
    instead: '{ ...message, deviceKey: undefined, postponed: message.postponed + 1 }',
  },
  {
    name: 'an uncertain look is taken for a technical failure',
    breaks: ['I1'],
    file: 'shared/domain/outcome.ts',
    text: "return { outcome: 'uncertain' };",
    instead: "return { outcome: 'technical' };",
  },

  // Closing
  {
    name: 'a session is deleted before it is read',
    breaks: ['I9'],
    file: closing,
    text: 'const atFace = await face.read(session.kind, session.faceSessionId);',
    instead: `await face.delete(session.kind, session.faceSessionId);
      const atFace = await face.read(session.kind, session.faceSessionId);`,
  },
  {
    name: 'a session that its client gives up is not read',
    breaks: ['I9'],
    file: closing,
    text: 'const atFace = await face.read(session.kind, session.faceSessionId);',
    instead:
      "const atFace = cause === 'deleted' ? { attempts: [] } : await face.read(session.kind, session.faceSessionId);",
  },
  {
    name: 'a session is deleted before its attempts are sent',
    breaks: ['I9'],
    file: closing,
    text: 'await results.send(attemptEvents(session, result));',
    instead: `await face.delete(session.kind, session.faceSessionId);
      await results.send(attemptEvents(session, result));`,
  },
  {
    name: 'a result is stored before its attempts are sent',
    breaks: ['I9'],
    file: closing,
    text: `await results.send(attemptEvents(session, result));
      closing = await storeResult(found, result);`,
    instead: `closing = await storeResult(found, result);
      await results.send(attemptEvents(session, result));`,
  },
  {
    name: 'only the latest attempt of a session is looked at',
    breaks: ['I9'],
    file: closing,
    text: 'const finished = atFace?.attempts.filter(isFinished) ?? [];',
    instead: 'const finished = atFace?.attempts.filter(isFinished).slice(-1) ?? [];',
  },
  {
    name: 'the end of a session is sent before its deletion',
    breaks: ['I3'],
    file: closing,
    text: `await face.delete(session.kind, session.faceSessionId);
      await results.send([endEvent(closing, clock.now())]);`,
    instead: `await results.send([endEvent(closing, clock.now())]);
      await face.delete(session.kind, session.faceSessionId);`,
  },
  {
    name: 'a session gives its budget back when its result is stored',
    breaks: ['I3'],
    file: correlation,
    text: `outstanding: record.outstanding.map((session) =>
    session.sessionId === sessionId ? { ...session, closing: true } : session,
  ),`,
    instead: 'outstanding: record.outstanding.filter((session) => session.sessionId !== sessionId),',
  },
  {
    name: 'the end of a session settles it before its attempts are counted',
    breaks: ['I3'],
    file: 'shared/domain/outstanding.ts',
    text: 'return { ...session, closedWith: event.attempts };',
    instead: 'return { ...session, closedWith: session.recorded.length };',
  },
  {
    name: 'a session that Face has forgotten settles at once',
    breaks: ['I3'],
    file: closing,
    text: 'if (result.lost !== true) return result.readAt;',
    instead: 'return result.readAt;',
  },
  {
    name: 'an end that was not sent is never sent again',
    breaks: ['I8'],
    file: 'shared/application/collect-unreported-results.ts',
    text: "case 'closing': {",
    instead: `case 'closing': {
            if (session.state === 'closing') return correlations.postponeSession(session, retryAt(session));`,
  },

  // Detecting
  {
    name: 'a flag is raised without its document',
    breaks: ['I4'],
    file: detecting,
    text: 'flags: raised.flags,',
    instead: 'flags: [],',
  },
  {
    name: 'a flag is published before it is committed',
    breaks: ['I4'],
    file: detecting,
    text: 'const committed = await correlations.commit(correlationId, change);',
    instead: `await publishEvents(change.events ?? []);
    const committed = await correlations.commit(correlationId, change);`,
  },
  {
    name: 'what a latched verdict waits for is never due',
    breaks: ['I8'],
    file: correlation,
    text: 'if (pending !== undefined) return [now.getTime()];',
    instead: '',
  },
  {
    name: 'a new verdict takes the place of earlier ones',
    breaks: ['I9'],
    file: correlation,
    text: 'verdicts: [...kept, ...latched]',
    instead: 'verdicts: [...kept.filter(({ pending }) => pending !== undefined), ...latched]',
  },
  {
    name: 'a flag lapses like a pause',
    breaks: ['I9'],
    file: 'shared/domain/judge.ts',
    text: "...(kind === 'paused' && { untilMs: evidence.nowMs + policy.pause.hours * MS_PER_HOUR }),",
    instead: 'untilMs: evidence.nowMs + policy.pause.hours * MS_PER_HOUR,',
  },
  {
    name: 'a flag that has been raised blocks for a minute only',
    breaks: ['I2'],
    file: 'shared/domain/verdict.ts',
    text: '({ untilMs }: Verdict, nowMs: number): boolean => untilMs === undefined || nowMs < untilMs;',
    instead: '({ untilMs, sinceMs }: Verdict, nowMs: number): boolean => nowMs < (untilMs ?? sinceMs + 60_000);',
  },

  // Events
  {
    name: 'an event is marked as published before it is',
    breaks: ['I4'],
    file: publishing,
    text: `  await publisher.publish(events);
  const byOutbox = Map.groupBy(events, (event) =>
    'correlationId' in event ? \`correlation \${event.correlationId}\` : \`customer \${event.customerId}\`,
  );
  for (const published of byOutbox.values()) {
    const [first] = published;
    if (first === undefined) continue;
    const eventIds = published.map(({ eventId }) => eventId);
    if ('correlationId' in first) await correlations.markPublished(first.correlationId, eventIds);
    else await customerEvents.markPublished(first.customerId, eventIds);
  }`,
    instead: `  const byOutbox = Map.groupBy(events, (event) =>
    'correlationId' in event ? \`correlation \${event.correlationId}\` : \`customer \${event.customerId}\`,
  );
  for (const published of byOutbox.values()) {
    const [first] = published;
    if (first === undefined) continue;
    const eventIds = published.map(({ eventId }) => eventId);
    if ('correlationId' in first) await correlations.markPublished(first.correlationId, eventIds);
    else await customerEvents.markPublished(first.customerId, eventIds);
  }
  await publisher.publish(events);`,
  },
  {
    name: 'the sweep of the outbox does nothing',
    breaks: ['I4'],
    file: publishing,
    text: 'return outboxes.filter((events) => events.length > 0);',
    instead: 'return outboxes.filter((events) => events.length < 0);',
  },
  {
    name: 'of events of one batch only the first is published',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: 'const messages = events.map(',
    instead: 'const messages = events.slice(0, 1).map(',
  },
  {
    name: 'an event has another id each time it is published',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: 'body: cloudEventOf(event),',
    instead: 'body: { ...cloudEventOf(event), id: `${event.eventId}:${Date.now()}` },',
  },
  {
    name: 'of attempts of one session only the first is sent',
    breaks: ['I9'],
    file: 'shared/adapters/service-bus/service-bus-results.ts',
    text: 'const messages = events.map(',
    instead: 'const messages = events.slice(0, 1).map(',
  },

  // Resetting
  {
    name: 'a reset forgets the failures',
    breaks: ['I3', 'I9'],
    file: reset,
    text: '? newCorrelation(ids, lineageOf(old, [...judgedFailures(old), ...lost], policy))',
    instead: '? newCorrelation(ids)',
  },
  {
    name: 'the successor is made before open sessions have ended',
    breaks: ['I3', 'I9'],
    file: reset,
    text: 'const lost = await lostTries(old.record);',
    instead: 'const lost = (await lostTries(old.record)) ?? [];',
  },
  {
    name: 'the end user is given the new id before it is made',
    breaks: ['I3', 'I9'],
    file: reset,
    text: `await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);`,
    instead: `await pointEndUser(decision);
    await makeSuccessor(decision, old.record, lost);`,
  },
  {
    name: 'an id is retired without revoking its sessions',
    breaks: ['I6'],
    file: reset,
    text: 'revoke: revocation(found.record.outstanding, now),',
    instead: '',
  },
  {
    name: 'a decision is marked as done before it is carried out',
    breaks: ['I8'],
    file: reset,
    text: `await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);
    await finish(versioned);`,
    instead: `await finish(versioned);
    await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);`,
  },
  {
    name: 'the successor of a blocked id is free',
    breaks: ['I9'],
    file: reset,
    text: 'blockOf(old.verdicts, now.getTime()) === undefined\n        ?',
    instead: 'blockOf(old.verdicts, now.getTime()) !== null\n        ?',
  },
  {
    name: 'the sweep of decisions does nothing',
    breaks: ['I8'],
    file: reset,
    text: 'due: () => decisions.due(clock.now()),',
    instead: 'due: () => Promise.resolve([]),',
  },

  // Keeping
  {
    name: 'the history of a flagged id expires',
    breaks: ['I9'],
    file: documents,
    text: "status === 'active' && !verdicts.some(({ audit, pauseEnded }) => audit !== true && pauseEnded !== true)",
    instead: "status === 'active'",
  },
  {
    name: 'the history of a retired id expires',
    breaks: ['I9'],
    file: documents,
    text: "status === 'active' && !verdicts.some(",
    instead: '!verdicts.some(',
  },

  // Strangers
  {
    name: 'verdicts reach familiar devices, too',
    breaks: ['I10'],
    file: 'shared/domain/judge.ts',
    text: "rule.scope?.(evidence, policy) ?? evidence.score?.scope ?? 'correlation'",
    instead: "'correlation'",
  },
  {
    name: 'strangers and owners share one budget',
    breaks: ['I10'],
    file: gate,
    text: 'includes: (tag) => familiar.has(tag) === isFamiliar',
    instead: 'includes: () => true',
  },
  {
    name: 'a flag of unfamiliar devices revokes the sessions of all',
    breaks: ['I10'],
    file: reservation,
    text: 'return record.outstanding.filter(({ deviceKey }) => deviceKey === undefined || !familiar.has(deviceKey));',
    instead: 'return record.outstanding;',
  },
  {
    name: 'who hears of a flag closes the sessions of all',
    breaks: ['I10'],
    file: 'shared/application/close-open-sessions.ts',
    text: 'if (session?.record.revoked !== true) continue;',
    instead: 'if (session === undefined) continue;',
  },

  // Sweeping
  {
    name: 'nobody is nudged when timers stop',
    breaks: ['I4', 'I8'],
    file: sweeps,
    text: 'await Promise.all(stale.map((sweep) => sweepNudges.nudge(sweep, now)));',
    instead: '',
  },

  // Mistakes that the product had, until the simulation found them
  {
    name: 'a replica that lags behind is believed that nothing is there',
    breaks: ['I1', 'I8'],
    file: stores,
    text: '(await this.#readWith(correlationId, id, recordOf, {})) ?? (await this.#readNewest(correlationId, id, recordOf))',
    instead: 'await this.#readWith(correlationId, id, recordOf, {})',
  },
  {
    name: 'a session that was given back is closed once more',
    breaks: ['I3'],
    file: closing,
    text: "if (current.record.state === 'released') return { ...current.record, result };",
    instead: '',
  },
  {
    name: 'what the next version has stored of a customer is left out',
    breaks: ['versions'],
    file: 'shared/application/watch-customers.ts',
    text: 'record: { ...kept, watch, countedUntil: created.until, dueAt },',
    instead: 'record: { customerId, watch, countedUntil: created.until, dueAt },',
  },
];

import type { Mutant } from './mutant.ts';

const correlation = 'shared/application/correlation.ts';
const closing = 'shared/application/close-liveness-session.ts';

/** In how sessions come to their end. */
export const closingMutants: readonly Mutant[] = [
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
    name: 'the end of a session tells of no attempts',
    breaks: ['I3'],
    file: closing,
    text: "type: 'session.closed', attempts: attempts.length }",
    instead: "type: 'session.closed', attempts: 0 }",
  },
  {
    name: 'a digest that differs is passed over',
    breaks: ['I1'],
    file: 'shared/domain/outcome.ts',
    text: "if (digestsDiffer(attempt)) return { outcome: 'spoof', reason: 'integrity' };",
    instead: '',
  },
  {
    name: 'the digest of one attempt is held against all',
    breaks: ['I1'],
    file: closing,
    text: 'attempt === latest ? report.digest : undefined',
    instead: 'report.digest',
  },
  {
    name: 'whatever Face answers in place of a session, it is gone',
    breaks: ['I9'],
    file: 'shared/adapters/face/face-service.ts',
    text: `if (response.status === '404') return undefined;
    if (response.status !== '200') throw refusedBy(response, 'a liveness session could not be read');`,
    instead: "if (response.status !== '200') return undefined;",
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
];

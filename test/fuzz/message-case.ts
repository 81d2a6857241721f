// One message of a queue or topic, as plain data: ids are named, not given.

import flagRaised from '../../docs/events/flag.raised.schema.json' with { type: 'json' };
import pauseStarted from '../../docs/events/pause.started.schema.json' with { type: 'json' };
import { sweepNames } from '../../shared/application/sweeps.ts';
import { fc } from '../unit/domain/support/fast-check.ts';
import { bytesOf } from './body-bytes.ts';
import { jsonFor, membersOf, objectText, oddJson } from './json-text.ts';
import { oddText } from './odd-texts.ts';
import type { Schema } from './operations.ts';
import { SESSIONS_READY } from './route-case.ts';

export interface MessageCase {
  /** In the one form that our senders use, or in the others that AMQP has. */
  kind: 'data' | 'value' | 'sequence';
  /** With `<name>` for an id that only the running app knows. */
  body: Buffer;
  /** What the broker is told beside the body. */
  properties: { sessionId?: string; correlationId?: string; subject?: string; contentType?: string; replyTo?: string };
}

const OVER_HALF_OF_A_MESSAGE = 140_000;

const oneOf = (...texts: string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...texts.map((text) => JSON.stringify(text)));

const index = fc.nat({ max: SESSIONS_READY - 1 });
const anyId = fc.oneof(
  index.map((at) => JSON.stringify(`<session ${at}>`)),
  index.map((at) => JSON.stringify(`<other session ${at}>`)),
  index.map((at) => JSON.stringify(`<correlation ${at}>`)),
  index.map((at) => JSON.stringify(`<correlation ${at}>.AAAAAAAAAAA`)),
  oneOf('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000.AAAAAAAAAAA'),
  oddJson,
);
const longText = fc.constantFrom(100, 256, 3000, 20_000).map((length) => JSON.stringify('x'.repeat(length)));
const oddKey = fc.oneof(oneOf('a b', '\t', '\n', 'a/b', 'a#b', ' '), longText, oddJson);
const instant = fc
  .date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2026-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => JSON.stringify(date.toISOString()));
const oddInstant = fc.oneof(
  oneOf('9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2026-02-29T00:00:00Z'),
  oneOf('2026-06-30T23:59:60Z', '2026-01-01T00:00:00+02:00', '2026-01-01', '2026-01-01T00:00:00.123456789Z'),
  oddJson,
);

/** A message of the contract about a session that is there, but for `oddness` of a hundred of its parts. */
const resultText = (oddness: number): fc.Arbitrary<string> =>
  fc.tuple(index, fc.constantFrom('attempt', 'session.abandoned', 'session.closed')).chain(([at, type]) => {
    const field = (value: fc.Arbitrary<string>, odd: fc.Arbitrary<string> = oddJson, required = true) => ({
      value,
      odd,
      required,
    });
    const own = {
      attempt: {
        attemptId: field(fc.integer({ min: 1, max: 3 }).map(String)),
        outcome: field(oneOf('real', 'spoof', 'uncertain', 'technical')),
        reason: field(oneOf('mismatch', 'integrity'), oddJson, false),
        errorCode: field(oneOf('FaceWithMaskDetected'), fc.oneof(oddKey, oddJson), false),
      },
      'session.abandoned': {},
      'session.closed': { attempts: field(fc.integer({ min: 0, max: 3 }).map(String)) },
    }[type];
    return membersOf(
      {
        schemaVersion: field(fc.constantFrom('1', '2'), fc.oneof(fc.constantFrom('0', '3', '1.5', '"1"'), oddJson)),
        type: field(oneOf(type), fc.oneof(oneOf('session.issued', 'attempt', 'session.closed'), oddJson)),
        at: field(instant, oddInstant),
        customerId: field(oneOf('contoso'), fc.oneof(oneOf('fabrikam', 'nobody'), oddJson)),
        correlationId: field(oneOf(`<correlation ${at}>`), anyId),
        sessionId: field(oneOf(`<session ${at}>`), anyId),
        deviceKey: field(
          fc.nat({ max: 3 }).map((number) => `"1.device-${number}"`),
          oddKey,
          false,
        ),
        appVersion: field(
          fc.nat({ max: 3 }).map((number) => `"1.${number}"`),
          oddKey,
          false,
        ),
        postponed: field(fc.nat({ max: 20 }).map(String), oddJson, false),
        ...own,
      },
      oddness,
    ).map(objectText);
  });

/** What fits into a message by itself, and no longer once something is wrapped around it. */
const large = fc
  .constantFrom(Buffer.from('"'), Buffer.from('x'), Buffer.from('é'), Buffer.of(1), Buffer.of(0xff))
  .map((unit) => Buffer.alloc(OVER_HALF_OF_A_MESSAGE, unit));

const properties: fc.Arbitrary<MessageCase['properties']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ contentType: 'application/json' }) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        sessionId: oddText,
        correlationId: oddText,
        subject: index.map((at) => `<other session ${at}>`),
        contentType: fc.constantFrom('text/plain', 'application/octet-stream', ''),
        replyTo: fc.constantFrom('sweeps', 'parked-messages'),
      },
      { requiredKeys: [] },
    ),
  },
);

const messages = (bodies: fc.Arbitrary<Buffer>): fc.Arbitrary<MessageCase> =>
  fc.record({
    kind: fc.oneof(
      { weight: 20, arbitrary: fc.constant('data' as const) },
      { weight: 1, arbitrary: fc.constantFrom('value' as const, 'sequence' as const) },
    ),
    body: bodies,
    properties,
  });

const withSubject = (schema: Schema): Schema => ({
  ...schema,
  properties: { ...schema.properties, subject: { enum: ['<correlation 0>', '<other correlation 0>', '<flagged>'] } },
});

/** By the function that takes them. */
export const messageCases: Record<string, fc.Arbitrary<MessageCase>> = {
  recordLivenessResult: fc.oneof(
    { weight: 60, arbitrary: messages(bytesOf(resultText)) },
    { weight: 1, arbitrary: messages(large).map((message): MessageCase => ({ ...message, kind: 'data' })) },
  ),
  closeOpenSessions: messages(
    fc.oneof(
      bytesOf((oddness) => jsonFor(withSubject(flagRaised as Schema), oddness)),
      bytesOf((oddness) => jsonFor(withSubject(pauseStarted as Schema), oddness)),
    ),
  ),
  runSweep: messages(
    bytesOf((oddness) =>
      jsonFor({ type: 'object', properties: { sweep: { enum: sweepNames } }, required: ['sweep'] }, oddness),
    ),
  ),
};

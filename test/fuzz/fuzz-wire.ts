// What is no proper HTTP at all: any answer will do that tells nothing, or none, as long as the app serves the next one.

import { connect } from 'node:net';
import { fc } from '../unit/domain/support/fast-check.ts';
import { judgeApp } from './judge-app.ts';
import { leaksIn } from './leaks.ts';
import { SECRET } from './odd-texts.ts';
import { count, type TargetReport } from './report.ts';
import { tryCases } from './try-cases.ts';
import type { World } from './world.ts';

export const WIRE = 'malformedHttp';

/** A request that says it is longer than it is waits for the rest; then we hang up. */
const PATIENCE_MS = 60;
const DEADLINE_MS = 10_000;
const SHOWN = 600;
const BODY = `{"endUserRef":"${SECRET}"}`;

/** The parts of a request, each of which can be spoilt. */
interface Wire {
  line: string;
  host: string;
  framing: string;
  more: string;
  body: string;
}

const usually = (right: string, ...wrong: string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });

const path = '/api/v1/liveness-sessions';
const wire: fc.Arbitrary<Wire> = fc.record({
  line: usually(
    `POST ${path} HTTP/1.1\r\n`,
    `POST ${path}\r\n`,
    `POST ${path} HTTP/3.0\r\n`,
    `post ${path} HTTP/1.1\r\n`,
    `POST ${path} and more HTTP/1.1\r\n`,
    `POST ${path}\u0000 HTTP/1.1\r\n`,
    `POST http://evil.example${path} HTTP/1.1\r\n`,
    `POST //${path} HTTP/1.1\r\n`,
    `POST * HTTP/1.1\r\n`,
    `POST ${path}/${'x'.repeat(9000)} HTTP/1.1\r\n`,
    `${'X'.repeat(9000)} ${path} HTTP/1.1\r\n`,
    `\r\n\r\nPOST ${path} HTTP/1.1\n`,
    '\u0016\u0003\u0001\u0002\u0000',
    '',
  ),
  host: usually(
    'Host: localhost\r\n',
    '',
    'Host:\r\n',
    'Host: [\r\n',
    'Host: a b\r\n',
    'Host: evil.example:99999\r\n',
    'Host: a@b/../c?d#e\r\n',
    'Host: a\r\nHost: b\r\n',
  ),
  framing: usually(
    `Content-Length: ${BODY.length}\r\n`,
    'Content-Length: -1\r\n',
    'Content-Length: 1e3\r\n',
    'Content-Length: 99999999999999999999\r\n',
    `Content-Length: ${BODY.length + 100}\r\n`,
    `Content-Length: 2\r\nContent-Length: ${BODY.length}\r\n`,
    `Content-Length: ${BODY.length}\r\nTransfer-Encoding: chunked\r\n`,
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: xchunked\r\n',
    '',
  ),
  more: usually(
    'Content-Type: application/json\r\n',
    'Content-Type: application/json\u0000\r\n',
    ' folded\r\n',
    'no colon\r\n',
    ': no name\r\n',
    'Sp ace: a\r\n',
    'Upgrade: websocket\r\nConnection: Upgrade\r\n',
    'Expect: 200-maybe\r\n',
    `X-Long: ${'x'.repeat(20_000)}\r\n`,
    'X-Many: a\r\n'.repeat(3000),
  ),
  body: usually(BODY, '', '0\r\n\r\n', 'zz\r\n', '5\r\nab', `${BODY}POST ${path} HTTP/1.1\r\n\r\n`),
});

export const fuzzWire = async (
  world: World,
  { seed, cases }: { seed: number; cases: number },
): Promise<TargetReport> => {
  const { app, secrets, hasEnded } = world;
  const outcomes = new Map<string, number>();
  const firstRecord = app.logs.length;
  const token = world.tokenOf('application') ?? '';

  const tryOne = async ({ line, host, framing, more, body }: Wire): Promise<void> => {
    const bytes = `${line}${host}Authorization: Bearer ${token}\r\nConnection: close\r\n${framing}${more}\r\n${body}`;
    const answer = await exchange(new URL(app.host.url).port, bytes);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'closed';
    count(outcomes, status);
    const isRefusal = Number(status) >= 400;
    const complaints = [
      ...(Number(status) >= 500 ? [`answers ${status}`] : []),
      ...(isRefusal ? leaksIn(answer, [['what was sent', SECRET], ...secrets]) : []),
    ];
    if (complaints.length > 0) throw new Error(`${complaints.join('\n')}\n${answer.slice(0, SHOWN)}`);
  };

  const describeCase = (given: Wire): string => JSON.stringify(given).slice(0, SHOWN);
  const tried = await tryCases(wire, { seed, numRuns: cases }, { tryOne, describeCase, hasEnded });
  const failures = [...tried.failures, ...(await judgeApp(world, firstRecord, [SECRET]))];
  return { name: WIRE, cases: tried.cases, outcomes, failures };
};

/** Everything that comes back until the connection ends, in whichever way. */
const exchange = (port: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    const deadline = setTimeout(() => {
      socket.destroy();
      reject(new Error('the connection stays open'));
    }, DEADLINE_MS);
    const chunks: Buffer[] = [];
    socket.setTimeout(PATIENCE_MS, () => socket.end());
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that refuses in the middle of a request resets the connection.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(deadline);
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(Buffer.from(bytes, 'latin1'));
  });

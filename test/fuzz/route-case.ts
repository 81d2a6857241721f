// One request, as plain data: callers and ids are named, not given, so that a seed makes the same cases in every run.

import { fc } from '../unit/domain/support/fast-check.ts';
import { jsonBody } from './body-bytes.ts';
import { formBody } from './form-bytes.ts';
import { oddText } from './odd-texts.ts';
import { operations, type Operation } from './operations.ts';

export const callers = ['application', 'otherApplication', 'person', 'nobody', 'forged'] as const;
export type CallerName = (typeof callers)[number];

export type Header = [name: string, value: string];

export interface RouteCase {
  caller: CallerName;
  method: string;
  /** Path and query, with `<name>` for an id that only the running app knows. */
  target: string;
  headers: Header[];
  body: Buffer | undefined;
  framing: 'length' | 'chunked';
  /** The platform may answer this one, before any function is called. */
  mayStopBefore: boolean;
}

/** So many sessions the world holds ready for each customer. */
export const SESSIONS_READY = 12;

const ready = fc.nat({ max: SESSIONS_READY - 1 });

const oddSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    '%2e%2e',
    '%2F',
    'a%2Fb',
    'a/b',
    '%',
    '%zz',
    '%00',
    '%C0%80',
    '%ED%A0%80',
    ';a=b',
    '*',
  ),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'undefined', '{}'),
  fc.constantFrom(127, 128, 129, 5000).map((length) => 'x'.repeat(length)),
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.uuid(),
);

const knownSegments: Record<string, fc.Arbitrary<string>> = {
  sessionId: fc.oneof(
    ready.map((index) => `<session ${index}>`),
    ready.map((index) => `<other session ${index}>`),
    fc.uuid().map((id) => `${id}.AAAAAAAAAAA`),
    ready.map((index) => `<correlation ${index}>.AAAAAAAAAAA`),
  ),
  correlationId: fc.oneof(
    ready.map((index) => `<correlation ${index}>`),
    ready.map((index) => `<other correlation ${index}>`),
    fc.constant('<flagged>'),
    fc.uuid(),
  ),
  flagId: fc.oneof(fc.constant('<flag>'), fc.uuid()),
  customerId: fc.constantFrom('contoso', 'fabrikam', 'nobody', 'CONTOSO', 'contoso%20'),
};

const pathOf = ({ path }: Operation): fc.Arbitrary<{ path: string; isOdd: boolean }> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const segments = names.map((name) =>
    fc.oneof(
      { weight: 5, arbitrary: (knownSegments[name] ?? oddSegment).map((text) => ({ text, isOdd: false })) },
      { weight: 1, arbitrary: oddSegment.map((text) => ({ text, isOdd: true })) },
    ),
  );
  return fc.tuple(...segments).map((chosen) => ({
    path: names.reduce((filled, name, index) => filled.replace(`{${name}}`, () => chosen[index]?.text ?? ''), path),
    isOdd: chosen.some(({ text, isOdd }) => isOdd && /^$|^\.|^%2e|[/?]/i.test(text)),
  }));
};

/** Latin-1 without control characters: more cannot be put into a header by an honest client library. */
const headerText = fc
  .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)));

const oddHeader: fc.Arbitrary<Header> = fc.oneof(
  fc
    .constantFrom<Header[]>(
      ['x-http-method-override', 'DELETE'],
      ['x-ms-client-principal', Buffer.from('{"userId":"admin"}').toString('base64')],
      ['x-forwarded-for', '127.0.0.1, ::1'],
      ['x-forwarded-host', 'evil.example'],
      ['traceparent', '00-zz-zz-zz'],
      ['accept', 'text/html;q=0.9'],
      ['accept-encoding', 'identity;q=0, *'],
      ['content-encoding', 'gzip'],
      ['content-language', '\u00ff'],
      ['if-match', '*'],
      ['range', 'bytes=0-1'],
      ['cookie', 'a=b; __proto__=c'],
      ['origin', 'null'],
      ['__proto__', 'a'],
      ['x-long', 'x'.repeat(6000)],
    )
    .map(([name, value]): Header => [name, value]),
  headerText.map((value): Header => ['x-anything', value]),
);

const idempotencyKeys: fc.Arbitrary<Header[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Header[]>([]) },
  {
    weight: 2,
    arbitrary: fc.nat({ max: 30 }).map((number): Header[] => [['idempotency-key', `key-${number}`]]),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(headerText, fc.constantFrom('', ' ', '"quoted"', 'x'.repeat(255), 'x'.repeat(256)))
      .map((value): Header[] => [['idempotency-key', value]]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Header[]>([
      ['idempotency-key', 'a'],
      ['idempotency-key', 'b'],
    ]),
  },
);

const contentTypes: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<string[]>(['application/json']) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<string[][]>(
      [],
      [''],
      ['Application/JSON; charset=utf-8'],
      ['application/json; charset=utf-16'],
      ['application/json;;;'],
      ['application/json, application/json'],
      ['application/json', 'text/plain'],
      ['application/problem+json'],
      ['text/json'],
      ['application/x-www-form-urlencoded'],
      ['multipart/form-data; boundary=b'],
      ['*/*'],
    ),
  },
);

interface Content {
  headers: Header[];
  body: Buffer | undefined;
}

const typed = (types: readonly string[]): Header[] => types.map((type) => ['content-type', type]);

const contentOf = ({ body }: Operation): fc.Arbitrary<Content> => {
  const none = fc.constant<Content>({ headers: [], body: undefined });
  const uninvited = fc.constant<Content>({ headers: typed(['application/json']), body: Buffer.from('{"a":1}') });
  switch (body?.kind) {
    case undefined:
      return fc.oneof({ weight: 6, arbitrary: none }, { weight: 1, arbitrary: uninvited });
    case 'json': {
      const json = fc
        .tuple(contentTypes, jsonBody(body.schema))
        .map(([types, bytes]): Content => ({ headers: typed(types), body: bytes }));
      return fc.oneof({ weight: 20, arbitrary: json }, { weight: 1, arbitrary: none });
    }
    case 'form': {
      const form = formBody(body.schema).map(({ contentType, bytes }): Content => ({
        headers: typed([contentType]),
        body: bytes,
      }));
      return fc.oneof({ weight: 20, arbitrary: form }, { weight: 1, arbitrary: fc.oneof(none, uninvited) });
    }
  }
};

const someMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const rightCaller = { application: 'application', person: 'person', nobody: 'nobody' } as const;

export const routeCase = (operation: Operation): fc.Arbitrary<RouteCase> => {
  const offered = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
  const otherMethods = fc.constantFrom(...someMethods.filter((name) => !offered.includes(name)));
  const method = fc.oneof(
    { weight: 30, arbitrary: fc.constant(operation.method) },
    { weight: 1, arbitrary: otherMethods },
  );
  return fc
    .record({
      caller: fc.oneof(
        { weight: 10, arbitrary: fc.constant<CallerName>(rightCaller[operation.caller]) },
        { weight: 1, arbitrary: fc.constantFrom(...callers) },
      ),
      method,
      path: pathOf(operation),
      query: fc.oneof(
        { weight: 9, arbitrary: fc.constant('') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('?', '?a=b&a=c', '?%zz', '?__proto__=1', '?code=x', '?sessionId=<session 0>'),
        },
      ),
      content: contentOf(operation),
      key: operation.takesIdempotencyKey ? idempotencyKeys : fc.constant<Header[]>([]),
      odd: fc.oneof(
        { weight: 4, arbitrary: fc.constant<Header[]>([]) },
        { weight: 1, arbitrary: fc.array(oddHeader, { minLength: 1, maxLength: 3 }) },
      ),
      framing: fc.oneof(
        { weight: 19, arbitrary: fc.constant('length' as const) },
        { weight: 1, arbitrary: fc.constant('chunked' as const) },
      ),
    })
    .map(({ caller, method: chosen, path, query, content, key, odd, framing }) => ({
      caller,
      method: chosen,
      target: path.path + query,
      headers: [...content.headers, ...key, ...odd],
      body: content.body,
      framing,
      mayStopBefore: path.isOdd || chosen !== operation.method,
    }));
};

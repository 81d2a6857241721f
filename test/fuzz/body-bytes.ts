// Bodies of requests as bytes: right ones, ones with mistakes inside, and such as are no JSON at all.

import { fc } from '../unit/domain/support/fast-check.ts';
import { jsonFor, oddJson } from './json-text.ts';
import { SECRET } from './odd-texts.ts';
import type { Schema } from './operations.ts';

const JSON_LIMIT_BYTES = 64 * 1024;
/** About one field in twelve is odd: most bodies have one mistake, some none, some several. */
const ODDNESS = 8;

const utf8 = (text: string): Buffer => Buffer.from(text.toWellFormed());

/** What happens to bytes on the way, and what careless clients make of JSON. */
const breakages: ((bytes: Buffer, at: number) => Buffer)[] = [
  (bytes, at) => bytes.subarray(0, at % (bytes.length + 1)),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at % (bytes.length + 1)), Buffer.of(0xff, 0xfe, 0xc0, 0x80)]),
  (bytes, at) => Buffer.concat([bytes.subarray(0, at % 20), Buffer.of(at % 256), bytes.subarray(at % 20)]),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.concat([bytes, utf8('\u0000')]),
  (bytes) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytes]),
  (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  (bytes) => utf8(`[${bytes.toString()}]`),
  (bytes) => utf8(JSON.stringify(bytes.toString())),
  (bytes) => utf8(bytes.toString().replaceAll('"', "'")),
  (bytes) => utf8(bytes.toString().replace(/\}$/, ',}')),
  (bytes) => utf8(`/* ${SECRET} */${bytes.toString()}`),
  (bytes) => utf8(bytes.toString().replace('{', '{"__proto__":null,')),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(Math.max(0, JSON_LIMIT_BYTES - bytes.length), ' ')]),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(Math.max(0, JSON_LIMIT_BYTES + 1 - bytes.length), ' ')]),
];

const broken = (right: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(right, fc.constantFrom(...breakages), fc.nat({ max: 500 }))
    .map(([text, breakage, at]) => breakage(utf8(text), at));

/** `textWith`: texts that are right, but for so many of a hundred of their parts. */
export const bytesOf = (textWith: (oddness: number) => fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 3, arbitrary: textWith(0).map(utf8) },
    { weight: 5, arbitrary: textWith(ODDNESS).map(utf8) },
    { weight: 2, arbitrary: broken(textWith(0)) },
    { weight: 1, arbitrary: fc.oneof(oddJson.map(utf8), fc.constant(Buffer.alloc(0))) },
  );

export const jsonBody = (schema: Schema): fc.Arbitrary<Buffer> => bytesOf((oddness) => jsonFor(schema, oddness));

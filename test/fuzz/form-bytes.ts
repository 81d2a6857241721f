// multipart/form-data as bytes, right and broken in every way that a client or a line can break it.

import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { fc } from '../unit/domain/support/fast-check.ts';
import { oddText, SECRET, textOfLength } from './odd-texts.ts';
import type { Schema } from './operations.ts';

export interface FormBody {
  contentType: string;
  bytes: Buffer;
}

interface Part {
  name: string;
  filename?: string;
  head?: string;
  content: Buffer;
}

const BOUNDARY = 'b0undary';
const IMAGE_LIMIT_BYTES = 6 * 1024 * 1024;
const image = makeVerifyImage('alice');
const utf8 = (text: string): Buffer => Buffer.from(text.toWellFormed());

const imageOf = (bytes: number): Buffer =>
  Buffer.concat([image, Buffer.alloc(Math.max(0, bytes - image.length))]).subarray(0, bytes);

const rightImage = fc.constant<Part>({ name: 'verifyImage', filename: 'alice.jpg', content: image });

const oddImage: fc.Arbitrary<Part> = fc.oneof(
  fc
    .constantFrom(0, 1, 1023, 1024, 100_000)
    .map((bytes) => ({ name: 'verifyImage', filename: `${SECRET}.jpg`, content: imageOf(bytes) })),
  fc.constantFrom<Part>(
    { name: 'verifyImage', content: image },
    { name: 'verifyImage', filename: '', content: image },
    { name: 'verifyImage', filename: '../../../etc/passwd', content: Buffer.alloc(2048, SECRET) },
    { name: 'verifyImage', filename: 'nobody.jpg', content: makeVerifyImage('nobody') },
    { name: 'verifyImage', filename: 'a', head: 'Content-Transfer-Encoding: base64', content: image },
    { name: 'verifyImage', filename: 'a', head: 'Content-Type: multipart/mixed; boundary=c', content: image },
    { name: 'verifyimage', filename: 'a', content: image },
  ),
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(IMAGE_LIMIT_BYTES, IMAGE_LIMIT_BYTES + 1, IMAGE_LIMIT_BYTES + 100_000)
      .map((bytes) => ({ name: 'verifyImage', filename: 'large.jpg', content: imageOf(bytes) })),
  },
);

const field = (name: string, schema: Schema): fc.Arbitrary<Part> => {
  const right =
    schema.enum === undefined
      ? fc.nat({ max: 99 }).map((number) => (name === 'clientIp' ? `192.0.2.${number}` : `${SECRET}-${number}`))
      : fc.constantFrom(...schema.enum.map(String));
  const odd = fc.oneof(oddText, textOfLength(schema.maxLength ?? 64), textOfLength((schema.maxLength ?? 64) + 1));
  return fc
    .oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: odd })
    .map((text) => ({ name, content: utf8(text) }));
};

const stranger: fc.Arbitrary<Part> = fc
  .record({ name: fc.constantFrom('__proto__', 'constructor', '_charset_', '', 'endUserRef', 'colour'), text: oddText })
  .map(({ name, text }) => ({ name, content: utf8(text) }));

const written = ({ name, filename, head, content }: Part): Buffer =>
  Buffer.concat([
    utf8(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`),
    utf8(filename === undefined ? '' : `; filename="${filename}"`),
    utf8(head === undefined ? '' : `\r\n${head}`),
    utf8('\r\n\r\n'),
    content,
    utf8('\r\n'),
  ]);

const end = utf8(`--${BOUNDARY}--\r\n`);
const right = `multipart/form-data; boundary=${BOUNDARY}`;

/** Done to the whole: what it is called, and its bytes. */
const breakages: ((bytes: Buffer, at: number) => FormBody)[] = [
  (bytes) => ({ contentType: 'multipart/form-data', bytes }),
  (bytes) => ({ contentType: 'multipart/form-data; boundary=', bytes }),
  (bytes) => ({ contentType: 'multipart/form-data; boundary=another', bytes }),
  (bytes) => ({ contentType: `multipart/form-data; boundary="${BOUNDARY}"; boundary=c`, bytes }),
  (bytes) => ({ contentType: `multipart/form-data; boundary=${'x'.repeat(500)}`, bytes }),
  (bytes) => ({ contentType: `MULTIPART/Form-Data; charset=utf-16; BOUNDARY=${BOUNDARY}`, bytes }),
  (bytes) => ({ contentType: 'multipart/mixed; boundary=b0undary', bytes }),
  (bytes) => ({ contentType: 'application/json', bytes }),
  (bytes, at) => ({ contentType: right, bytes: bytes.subarray(0, at % (bytes.length + 1)) }),
  (bytes) => ({ contentType: right, bytes: bytes.subarray(0, bytes.length - end.length) }),
  (bytes) => ({ contentType: right, bytes: Buffer.concat([utf8(`${SECRET}\r\n`), bytes, utf8(SECRET)]) }),
  (bytes) => ({ contentType: right, bytes: Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') }),
  (bytes) => ({ contentType: right, bytes: Buffer.from(bytes.toString('latin1').replace('name=', 'x='), 'latin1') }),
  (bytes) => ({ contentType: right, bytes: Buffer.from(bytes.toString('latin1').replace('form-data', ''), 'latin1') }),
  (bytes) => ({ contentType: right, bytes: Buffer.from(bytes.toString('latin1').replace(/"/, ''), 'latin1') }),
  (bytes) => ({ contentType: right, bytes: Buffer.concat([bytes, bytes]) }),
  () => ({ contentType: right, bytes: Buffer.alloc(0) }),
  () => ({ contentType: right, bytes: end }),
  () => ({ contentType: right, bytes: Buffer.alloc(3000, '-') }),
];

/** The fields of the schema as text, and one image as a file. */
export const formBody = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<FormBody> => {
  const fields = Object.entries(properties)
    .filter(([name]) => name !== 'verifyImage')
    .map(([name, schema]) => {
      const part = field(name, schema).map((one) => [one]);
      const absent = fc.constant<Part[]>([]);
      return fc.oneof({ weight: required.includes(name) ? 20 : 1, arbitrary: part }, { weight: 1, arbitrary: absent });
    });
  const images = fc.oneof(
    { weight: 6, arbitrary: rightImage.map((part) => [part]) },
    { weight: 3, arbitrary: oddImage.map((part) => [part]) },
    { weight: 1, arbitrary: fc.array(oddImage, { maxLength: 2 }) },
  );
  const strangers = fc.oneof(
    { weight: 9, arbitrary: fc.constant<Part[]>([]) },
    { weight: 1, arbitrary: fc.array(stranger, { minLength: 1, maxLength: 3 }) },
  );
  const whole = fc
    .tuple(fc.tuple(...fields), images, strangers)
    .map(([own, ofImage, others]) => Buffer.concat([...own.flat(), ...ofImage, ...others].map(written).concat(end)));
  return fc.oneof(
    { weight: 3, arbitrary: whole.map((bytes) => ({ contentType: right, bytes })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(whole, fc.constantFrom(...breakages), fc.nat({ max: 4000 }))
        .map(([bytes, breakage, at]) => breakage(bytes, at)),
    },
  );
};

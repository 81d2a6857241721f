import * as z from 'zod';
import { InvalidRequest } from '../../../shared/http/errors.ts';
import { readForm, readHeader, readJson, readParameter } from '../../../shared/http/read-request.ts';
import { enforcementBody } from '../../../shared/http/request-bodies.ts';
import { correlationIdParameter } from '../../../shared/http/session-view.ts';
import { aFile, aRequest, formRequest, jsonRequest } from './requests.ts';

const sessionFields = z.strictObject({
  endUserRef: z.string().min(1).max(256),
  deviceId: z.string().optional(),
  platform: z.enum(['ios', 'android', 'web']).optional(),
  clientIp: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').optional(),
  operationMode: z.enum(['Passive', 'PassiveActive']).default('PassiveActive'),
});

/** How a request is refused. */
const refusalOf = async (reading: Promise<unknown>): Promise<Pick<InvalidRequest, 'code' | 'errors'>> => {
  try {
    await reading;
  } catch (error) {
    if (error instanceof InvalidRequest) return { code: error.code, errors: error.errors };
    throw error;
  }
  throw new Error('the request was accepted');
};

const invalid = (...errors: { pointer: string; detail: string }[]) => ({ code: 'invalid-request', errors });

describe('readJson', () => {
  const read = (body: string | Uint8Array, contentType?: string) =>
    readJson(jsonRequest(body, contentType), sessionFields);

  it('gives the body as the schema wants it', async () => {
    expect(await read('{"endUserRef":"alice","platform":"ios","clientIp":"2001:db8::1"}')).toEqual({
      endUserRef: 'alice',
      platform: 'ios',
      clientIp: '2001:db8::1',
      operationMode: 'PassiveActive',
    });
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON'])('takes the content type %s', async (contentType) => {
    expect(await read('{"endUserRef":"alice"}', contentType)).toMatchObject({ endUserRef: 'alice' });
  });

  it('takes no body at all where nothing is asked for', async () => {
    expect(await readJson(aRequest(), z.strictObject({}))).toEqual({});
  });

  it.each([
    ['{', { pointer: '', detail: 'The body is not JSON in UTF-8.' }],
    ['[]', { pointer: '', detail: expect.stringContaining('expected object') as string }],
    ['null', { pointer: '', detail: expect.stringContaining('expected object') as string }],
    ['{}', { pointer: '/endUserRef', detail: 'Is missing.' }],
    ['{"endUserRef":null}', { pointer: '/endUserRef', detail: 'Invalid input: expected string, received null.' }],
    ['{"endUserRef":""}', { pointer: '/endUserRef', detail: expect.stringContaining('>=1') as string }],
    [
      `{"endUserRef":"${'x'.repeat(257)}"}`,
      { pointer: '/endUserRef', detail: expect.stringContaining('<=256') as string },
    ],
    [
      '{"endUserRef":"a","platform":"tv"}',
      { pointer: '/platform', detail: expect.stringContaining('"ios"') as string },
    ],
    ['{"endUserRef":"a","clientIp":"here"}', { pointer: '/clientIp', detail: 'must be an IPv4 or IPv6 address.' }],
    ['{"endUserRef":"a","a/b~c":1}', { pointer: '/a~1b~0c', detail: 'Is not known.' }],
    ['{"endUserRef":"a","__proto__":1}', { pointer: '/__proto__', detail: 'Is not known.' }],
  ])('refuses %s and names the field', async (body, error) => {
    expect(await refusalOf(read(body))).toEqual(invalid(error));
  });

  it.each([
    ['{"reason":"why"}', 'Is missing.'],
    ['{"enforced":"off","reason":"why"}', 'must be true or false.'],
  ])('says of whether something is enforced what is wrong with it: %s', async (body, detail) => {
    const refusal = await refusalOf(readJson(jsonRequest(body), enforcementBody));

    expect(refusal).toEqual(invalid({ pointer: '/enforced', detail }));
  });

  it('names every field that is wrong', async () => {
    const { errors } = await refusalOf(read('{"operationMode":"Fast","deviceId":1,"x":1,"y":2}'));

    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/deviceId',
      '/endUserRef',
      '/operationMode',
      '/x',
      '/y',
    ]);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const body = new Uint8Array([...Buffer.from('{"endUserRef":"'), 0xff, ...Buffer.from('"}')]);

    expect(await refusalOf(read(body))).toEqual(invalid({ pointer: '', detail: 'The body is not JSON in UTF-8.' }));
  });

  it('refuses another content type', async () => {
    expect(await refusalOf(read('{}', 'text/plain'))).toEqual({ code: 'unsupported-media-type', errors: [] });
  });

  it('refuses a body that is too large, and one that only says so', async () => {
    const tooLarge = { code: 'body-too-large', errors: [] };
    const header = aRequest({ headers: { 'content-type': 'application/json', 'content-length': '65537' } });

    expect(await refusalOf(read(`{"endUserRef":"${'x'.repeat(65_536)}"}`))).toEqual(tooLarge);
    expect(await refusalOf(readJson(header, sessionFields))).toEqual(tooLarge);
  });
});

describe('readForm', () => {
  const form = (fields: Record<string, string | File | undefined> = {}): FormData => {
    const data = new FormData();
    const given: typeof fields = { endUserRef: 'alice', verifyImage: aFile(1024), ...fields };
    for (const [name, value] of Object.entries(given)) if (value !== undefined) data.append(name, value);
    return data;
  };
  const read = async (data: FormData) => readForm(await formRequest(data), sessionFields, 'verifyImage');

  it('gives the fields and the bytes of the image', async () => {
    const { fields, image } = await read(form({ deviceId: 'phone' }));

    expect(fields).toEqual({ endUserRef: 'alice', deviceId: 'phone', operationMode: 'PassiveActive' });
    expect(image).toEqual(new Uint8Array(1024));
  });

  it.each([
    ['no image', { verifyImage: undefined }, { pointer: '/verifyImage', detail: 'Is missing.' }],
    [
      'the image as text',
      { verifyImage: 'text' },
      { pointer: '/verifyImage', detail: 'Send it as a file, with a filename.' },
    ],
    ['a tiny image', { verifyImage: aFile(1023) }, { pointer: '/verifyImage', detail: 'Must have at least 1 KB.' }],
    ['a field as a file', { endUserRef: aFile(1) }, { pointer: '/endUserRef', detail: 'Send it as text.' }],
    ['a field missing', { endUserRef: undefined }, { pointer: '/endUserRef', detail: 'Is missing.' }],
    ['an unknown field', { colour: 'red' }, { pointer: '/colour', detail: 'Is not known.' }],
    ['an unknown field that objects have', { constructor: 'x' }, { pointer: '/constructor', detail: 'Is not known.' }],
  ])('refuses %s and names the field', async (_what, fields, error) => {
    expect(await refusalOf(read(form(fields)))).toEqual(invalid(error));
  });

  it.each(['endUserRef', 'verifyImage'])('refuses %s twice', async (name) => {
    const data = form();
    if (name === 'verifyImage') data.append(name, aFile(1024));
    else data.append(name, 'bob');

    expect(await refusalOf(read(data))).toEqual(invalid({ pointer: `/${name}`, detail: 'Send it once.' }));
  });

  it('refuses an image that is too large', async () => {
    const { code } = await refusalOf(read(form({ verifyImage: aFile(6 * 1024 * 1024 + 1) })));

    expect(code).toBe('body-too-large');
  });

  it('refuses what says that it is a form and is none', async () => {
    const broken = jsonRequest('nonsense', 'multipart/form-data; boundary=b');

    expect(await refusalOf(readForm(broken, sessionFields, 'verifyImage'))).toEqual(
      invalid({ pointer: '', detail: 'The body is not multipart/form-data as its header says.' }),
    );
  });

  it('refuses JSON where an image is asked for', async () => {
    expect(await refusalOf(readForm(jsonRequest('{}'), sessionFields, 'verifyImage'))).toEqual({
      code: 'unsupported-media-type',
      errors: [],
    });
  });
});

describe('readHeader and readParameter', () => {
  it('give what is there, and nothing for a header that is not', () => {
    const request = aRequest({ headers: { 'x-a': '1' }, params: { id: '0B6A1C9E-5D43-4F0E-9A53-3C1F2D7E8A90' } });

    expect(readHeader(request, 'x-a', z.string())).toBe('1');
    expect(readHeader(request, 'x-b', z.string())).toBeUndefined();
    expect(readParameter(request, 'id', correlationIdParameter)).toBe('0b6a1c9e-5d43-4f0e-9a53-3c1f2d7e8a90');
  });

  it('name the header or the part of the path that is wrong', async () => {
    const request = aRequest({ headers: { 'x-a': '1' }, params: { id: 'nonsense' } });
    const refused = (read: () => unknown) => refusalOf(Promise.resolve().then(read));

    expect(await refused(() => readHeader(request, 'x-a', z.string().min(2, 'is too short')))).toEqual(
      invalid({ pointer: 'header:x-a', detail: 'is too short.' }),
    );
    expect(await refused(() => readParameter(request, 'id', correlationIdParameter))).toEqual(
      invalid({ pointer: 'path:id', detail: 'must be a correlation id.' }),
    );
    expect(await refused(() => readParameter(request, 'other', z.string()))).toEqual(
      invalid({ pointer: 'path:other', detail: 'Is missing.' }),
    );
  });
});

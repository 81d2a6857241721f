import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { InvalidRequest } from './errors.ts';
import type { FieldError } from './problem.ts';

const JSON_LIMIT_BYTES = 64 * 1024;
const IMAGE_LIMIT_BYTES = 6 * 1024 * 1024;
const IMAGE_MINIMUM_BYTES = 1024;
/** A multipart body may have this much beside the image. */
const FORM_LIMIT_BYTES = JSON_LIMIT_BYTES;

/** The body as the schema wants it. An absent body counts as `{}` where the schema permits that. */
export const readJson = async <T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T> => {
  const bytes = await readBytes(request, JSON_LIMIT_BYTES);
  const contentType = mediaType(request);
  if (bytes.length > 0 && contentType !== 'application/json') throw new InvalidRequest([], 'unsupported-media-type');
  return check(schema, bytes.length === 0 ? {} : parseJson(bytes), '');
};

/** A multipart form with text fields and one image. */
export const readForm = async <T>(
  request: HttpRequest,
  schema: z.ZodType<T>,
  imageField: string,
): Promise<{ fields: T; image: Uint8Array }> => {
  if (mediaType(request) !== 'multipart/form-data') throw new InvalidRequest([], 'unsupported-media-type');
  refuseLargerThan(Number(request.headers.get('content-length') ?? 0), IMAGE_LIMIT_BYTES + FORM_LIMIT_BYTES);

  let form: Awaited<ReturnType<HttpRequest['formData']>>;
  try {
    form = await request.formData();
  } catch {
    throw new InvalidRequest([{ pointer: '', detail: 'The body is not multipart/form-data as its header says.' }]);
  }

  const fields = new Map<string, string>();
  let image: Uint8Array | undefined;
  const errors: FieldError[] = [];
  for (const [name, value] of form.entries()) {
    const pointer = pointerTo([name]);
    if (fields.has(name) || (name === imageField && image !== undefined)) {
      errors.push({ pointer, detail: 'Send it once.' });
    } else if (name === imageField) {
      if (typeof value === 'string') errors.push({ pointer, detail: 'Send it as a file, with a filename.' });
      else image = new Uint8Array(await value.arrayBuffer());
    } else if (typeof value === 'string') {
      fields.set(name, value);
    } else {
      errors.push({ pointer, detail: 'Send it as text.' });
    }
  }
  if (errors.length > 0) throw new InvalidRequest(errors);

  if (image === undefined) throw new InvalidRequest([{ pointer: pointerTo([imageField]), detail: 'Is missing.' }]);
  refuseLargerThan(image.length, IMAGE_LIMIT_BYTES);
  if (image.length < IMAGE_MINIMUM_BYTES) {
    throw new InvalidRequest([{ pointer: pointerTo([imageField]), detail: 'Must have at least 1 KB.' }]);
  }
  return { fields: check(schema, Object.fromEntries(fields), ''), image };
};

/** One header as the schema wants it. */
export const readHeader = <T>(request: HttpRequest, name: string, schema: z.ZodType<T>): T | undefined => {
  const value = request.headers.get(name);
  return value === null ? undefined : check(schema, value, `header:${name}`);
};

/** One part of the route as the schema wants it. */
export const readParameter = <T>(request: HttpRequest, name: string, schema: z.ZodType<T>): T =>
  check(schema, request.params[name], `path:${name}`);

const readBytes = async (request: HttpRequest, limitBytes: number): Promise<Uint8Array> => {
  refuseLargerThan(Number(request.headers.get('content-length') ?? 0), limitBytes);
  const bytes = new Uint8Array(await request.arrayBuffer());
  refuseLargerThan(bytes.length, limitBytes);
  return bytes;
};

const refuseLargerThan = (bytes: number, limitBytes: number): void => {
  if (bytes > limitBytes) throw new InvalidRequest([], 'body-too-large');
};

const mediaType = (request: HttpRequest): string | undefined =>
  request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new InvalidRequest([{ pointer: '', detail: 'The body is not JSON in UTF-8.' }]);
  }
};

const check = <T>(schema: z.ZodType<T>, value: unknown, at: string): T => {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new InvalidRequest(
    checked.error.issues.flatMap((issue) => {
      // One entry for each unknown field, so that every pointer names a field.
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({ pointer: at + pointerTo([...issue.path, key]), detail: 'Is not known.' }));
      }
      return [{ pointer: at + pointerTo(issue.path), detail: sentence(issue, value) }];
    }),
  );
};

const sentence = (issue: z.core.$ZodIssue, value: unknown): string =>
  valueAt(value, issue.path) === undefined ? 'Is missing.' : `${issue.message}.`;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);

const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

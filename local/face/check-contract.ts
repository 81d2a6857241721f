// Holds the local service against what is published and recorded of the real one:
//   node local/face/check-contract.ts FOLDER
// FOLDER has `liveness-v1.2.openapi.json` and `recorded/v1.2-*.json`. Each recorded call is made again; status, header
// names and the shape of the body must be the recorded ones, and the body must fit the published schema.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import * as z from 'zod';

import { noiselessDecisions } from './decisions.ts';
import { playAttempt, startSession } from './device.ts';
import { type LocalFace, startFace } from './start-face.ts';
import { makeVerifyImage } from './verify-image.ts';

const openApiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const recordingSchema = z.object({
  entries: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      request: z.object({}).loose().optional(),
      requestParts: z
        .array(z.object({ name: z.string(), filename: z.string().optional(), body: z.string() }))
        .optional(),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown(),
    }),
  ),
});

const sessionSchema = z.object({ sessionId: z.string(), authToken: z.string(), status: z.string() });

type RecordedCall = z.output<typeof recordingSchema>['entries'][number];

/** Where the local service differs knowingly. */
const isLeftOut = ({ path }: RecordedCall): boolean => path.includes('/sessionImages/');
const headersLeftOut = ['strict-transport-security']; // it says nothing on plain HTTP

const check = async (folder: string): Promise<string[]> => {
  const schemas = openApiSchema.parse(readJson(join(folder, 'liveness-v1.2.openapi.json')));
  const files = readdirSync(join(folder, 'recorded')).filter((name) => name.startsWith('v1.2-'));
  if (files.length === 0) return [`${folder} has no recordings of v1.2.`];

  const face = await startFace({ rateLimitPerSecond: 0, decisions: noiselessDecisions });
  try {
    const differences: string[] = [];
    for (const file of files) {
      const { entries } = recordingSchema.parse(readJson(join(folder, 'recorded', file)));
      const found = await replay(entries, face, schemaErrors(schemas));
      differences.push(...found.map((difference) => `${file}: ${difference}`));
    }
    return differences;
  } finally {
    await face.stop();
  }
};

const replay = async (
  calls: readonly RecordedCall[],
  face: LocalFace,
  errorsOf: (definition: string, body: unknown) => string | undefined,
): Promise<string[]> => {
  const differences: string[] = [];
  let session: { recordedId: string; sessionId: string; authToken: string } | undefined;
  for (const call of calls.filter((one) => !isLeftOut(one))) {
    const recorded = sessionSchema.safeParse(call.body).data;
    if (session !== undefined) await playUntil(recorded?.status, face.endpoint, session.authToken);
    const path = session === undefined ? call.path : call.path.replace(session.recordedId, session.sessionId);
    const answer = await fetch(`${face.endpoint}${path}`, requestOf(call, face.key));
    const text = await answer.text();
    const body: unknown = text === '' ? null : JSON.parse(text);

    const where = `${call.method} ${call.path}`;
    const expect = (what: string, local: unknown, real: unknown): void => {
      const [a, b] = [JSON.stringify(local), JSON.stringify(real)];
      if (a !== b) differences.push(`${where}: ${what} is ${a}, recorded is ${b}`);
    };
    expect('status', answer.status, call.status);
    for (const name of Object.keys(call.headers).filter((one) => !headersLeftOut.includes(one.toLowerCase()))) {
      expect(`presence of header ${name}`, answer.headers.has(name), true);
    }
    expect('shape', shapeOf(body), shapeOf(call.body));
    if (recorded === undefined) continue;

    const local = sessionSchema.parse(body);
    expect('session status', local.status, recorded.status);
    const definition = path.includes('WithVerify') ? 'LivenessWithVerifySession' : 'LivenessSession';
    const broken = errorsOf(definition, body);
    if (broken !== undefined) differences.push(`${where}: the body is no ${definition}: ${broken}`);
    session ??= { recordedId: recorded.sessionId, sessionId: local.sessionId, authToken: local.authToken };
  }
  return differences;
};

/** Does on the device's side what has led to the recorded status. */
const playUntil = async (status: string | undefined, endpoint: string, authToken: string): Promise<void> => {
  if (status === 'Running') await startSession({ endpoint, authToken });
  if (status === 'Succeeded') await playAttempt({ endpoint, authToken, person: 'alice', media: 'live' });
};

const requestOf = ({ method, request, requestParts }: RecordedCall, key: string): RequestInit => {
  const headers = { 'ocp-apim-subscription-key': key };
  if (request !== undefined) {
    return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(request) };
  }
  if (requestParts === undefined) return { method, headers };
  const form = new FormData();
  for (const { name, filename, body } of requestParts) {
    if (filename === undefined) form.append(name, body);
    else form.append(name, new Blob([new Uint8Array(makeVerifyImage('bob'))]), filename);
  }
  return { method, headers, body: form };
};

/** The value with a type in place of each leaf, fields in alphabetical order. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, shapeOf(field)]));
};

const schemaErrors = ({ definitions }: z.output<typeof openApiSchema>) => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'face', definitions });
  return (definition: string, body: unknown): string | undefined => {
    const fits = ajv.compile({ $ref: `face#/definitions/${definition}` });
    if (fits(body)) return undefined;
    // Enumerations are open, and the live service itself leaves the required referenceType out when a session is read.
    const errors = (fits.errors ?? []).filter(
      ({ keyword, message }) => keyword !== 'enum' && message?.includes("'referenceType'") !== true,
    );
    return errors.length === 0 ? undefined : ajv.errorsText(errors);
  };
};

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8')) as unknown;

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Usage: node local/face/check-contract.ts FOLDER');
  process.exit(2);
}
const differences = await check(folder);
differences.forEach((difference) => console.error(difference));
console.log(
  differences.length === 0 ? 'The local Face service answers as recorded.' : `${differences.length} differences.`,
);
process.exitCode = differences.length === 0 ? 0 : 1;

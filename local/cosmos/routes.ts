// What a path names.

import { badRequest, leftOut, notFound } from './errors.ts';

export type Target =
  | { kind: 'account' }
  | { kind: 'databases' }
  | { kind: 'database'; database: string }
  | { kind: 'containers'; database: string }
  | { kind: 'container'; database: string; container: string }
  | { kind: 'ranges'; database: string; container: string }
  | { kind: 'items'; database: string; container: string }
  | { kind: 'item'; database: string; container: string; id: string };

const featuresLeftOut: Record<string, string> = {
  users: 'users and permissions',
  permissions: 'users and permissions',
  sprocs: 'stored procedures',
  triggers: 'triggers',
  udfs: 'user-defined functions',
  conflicts: 'conflicts',
  attachments: 'attachments',
  clientencryptionkeys: 'client-side encryption',
  offers: 'offers (throughput can be given, and is not kept)',
  partitionkeydelete: 'deleting by partition key',
};

/** The decoded segments of a path. */
export const segmentsOf = (path: string): string[] =>
  path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('The path is not percent-encoded properly.');
  }
};

export const targetOf = (segments: readonly string[]): Target => {
  // Names stand at odd places, kinds of resources at even ones.
  const kinds = segments.filter((_, i) => i % 2 === 0);
  const operation = segments[4] === 'operations' ? segments[5] : undefined;
  const feature = [...kinds, operation].map((kind) => featuresLeftOut[kind ?? '']).find(Boolean);
  if (feature !== undefined) throw leftOut(feature);
  const [, database = '', , container = '', , id = ''] = segments;
  switch (`${kinds.join('/')}:${segments.length % 2 === 0 ? 'one' : 'feed'}`) {
    case ':one':
      return { kind: 'account' };
    case 'dbs:feed':
      return { kind: 'databases' };
    case 'dbs:one':
      return { kind: 'database', database };
    case 'dbs/colls:feed':
      return { kind: 'containers', database };
    case 'dbs/colls:one':
      return { kind: 'container', database, container };
    case 'dbs/colls/pkranges:feed':
      return { kind: 'ranges', database, container };
    case 'dbs/colls/docs:feed':
      return { kind: 'items', database, container };
    case 'dbs/colls/docs:one':
      return { kind: 'item', database, container, id };
    default:
      throw notFound('There is no such path.');
  }
};

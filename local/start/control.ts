// A door for the demo: what the product made of a session. It belongs to the local start and not to the product, whose
// API tells nobody a score.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { LocalCloud } from '../cloud.ts';
import { ofKind, readOne } from '../traffic/stored.ts';

export const controlAnswerSchema = z.object({
  /** Ids of the attempts of the session that are recorded. */
  recorded: z.array(z.number()),
  verdict: z
    .object({ kind: z.enum(['flagged', 'paused']), pattern: z.string(), statistic: z.number(), limit: z.number() })
    .optional(),
});

export type ControlAnswer = z.output<typeof controlAnswerSchema>;

export interface Control {
  /** Ask below it with `?sessionId=`. Part of it is a secret of this start. */
  url: string;
  stop(): Promise<void>;
}

export const startControl = async (database: LocalCloud['database']): Promise<Control> => {
  const path = `/${randomUUID()}`;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const sessionId = url.searchParams.get('sessionId') ?? '';
    if (url.pathname !== path) {
      response.writeHead(404).end();
      return;
    }
    judgement(database, sessionId).then(
      (answer) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const judgement = async (database: LocalCloud['database'], sessionId: string): Promise<ControlAnswer> => {
  const [correlationId = ''] = sessionId.split('.');
  const documents = await readOne(database, correlationId);
  const recorded = ofKind(documents, 'attempt').flatMap((record) =>
    record.sessionId === sessionId && record.attemptId !== undefined ? [record.attemptId] : [],
  );
  const verdict = ofKind(documents, 'history')[0]?.verdicts.at(-1);
  return { recorded, ...(verdict !== undefined && { verdict }) };
};

// A door for the demo: what the product made of a session, and a crash of the app on demand. It belongs to the local start
// and not to the product, whose API tells nobody a score.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { LocalCloud } from '../cloud.ts';
import { ofKind, readOne } from '../traffic/stored.ts';
import { toReportLine } from './crash-report.ts';
import { demonstrateCrash } from './crash.ts';
import type { CrashableProduct } from './crashable-app.ts';

export const controlAnswerSchema = z.object({
  /** Ids of the attempts of the session that are recorded. */
  recorded: z.array(z.number()),
  verdict: z
    .object({ kind: z.enum(['flagged', 'paused']), pattern: z.string(), statistic: z.number(), limit: z.number() })
    .optional(),
});

export type ControlAnswer = z.output<typeof controlAnswerSchema>;

export interface Control {
  /** Ask with `?sessionId=`, or post to `/crash?sessions=` below it. Part of it is a secret of this start. */
  url: string;
  stop(): Promise<void>;
}

export const startControl = async (product: CrashableProduct, tell: (line: string) => void): Promise<Control> => {
  const path = `/${randomUUID()}`;
  let isCrashing = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === path) {
      judgement(product.cloud.database, url.searchParams.get('sessionId') ?? '').then(
        (answer) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    } else if (url.pathname === `${path}/crash` && request.method === 'POST') {
      if (isCrashing) {
        response.writeHead(409).end();
        return;
      }
      isCrashing = true;
      tell('The demo has the app killed under its requests, and started again.');
      void answerCrash(product, Number(url.searchParams.get('sessions')), response, tell).finally(() => {
        isCrashing = false;
      });
    } else {
      response.writeHead(404).end();
    }
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

const answerCrash = async (
  product: CrashableProduct,
  sessions: number,
  response: ServerResponse,
  tell: (line: string) => void,
): Promise<void> => {
  // Whoever asked may have gone: then it ends as soon as the app runs.
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  try {
    const isSound = await demonstrateCrash(product, {
      sessions,
      mark: `crash-${randomUUID()}`,
      say: (line) => response.write(toReportLine({ line })),
      signal: gone.signal,
    });
    response.end(toReportLine({ isSound }));
    tell('The demo of the crash is over.');
  } catch (error) {
    if (!gone.signal.aborted) tell(`The demo of the crash failed: ${String(error)}`);
    response.destroy();
  }
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

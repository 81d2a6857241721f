import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CrashPerson } from '../../../local/start/crash-people.ts';
import { CrashRequests } from '../../../local/start/crash-requests.ts';
import { aFace, createSession, stopAll } from '../face/support.ts';

const BUDGET = 22;

describe('somebody who grabs tokens while the app is killed', () => {
  let api: Server;

  afterEach(async () => {
    api.close();
    api.closeAllConnections();
    await stopAll();
  });

  it('goes over the budget when every request gets a token, so that a budget that does not hold is seen', async () => {
    const { face, client } = await aFace();
    api = createServer((_request, response) => {
      void createSession(client).then((session) => response.writeHead(201).end(JSON.stringify(session)));
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const accessToken = () => Promise.resolve('token');
    const person = new CrashPerson(0, new CrashRequests(apiUrl, accessToken), {
      apiUrl,
      faceEndpoint: face.endpoint,
      accessToken,
      mark: 'grabber',
    });

    await person.act();

    const attempts = face.inspect().list.flatMap((session) => session.attempts);
    const judgedFailures = attempts.filter(({ livenessDecision }) => livenessDecision === 'uncertain');
    expect(person.part).toBe('grabs');
    expect(judgedFailures.length).toBeGreaterThan(BUDGET);
  });
});

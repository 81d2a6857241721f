import { Random } from '../../../../evaluation/random.ts';
import { type LocalFace, startFace } from '../../../../local/face/start-face.ts';
import { FaceService } from '../../../../shared/adapters/face/face-service.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import type { Fault } from '../../../../simulation/faults/fault.ts';
import { forgetSessions } from '../../../../simulation/faults/forget-sessions.ts';
import { weatherOf } from '../../../../simulation/faults/weather-of.ts';

const faults: Fault[] = [{ kind: 'forgotten-session', session: 2, afterSeconds: 10 }];

let face: LocalFace;
let sessions: FaceService;
beforeEach(async () => {
  face = await startFace({ port: false, seed: 1 });
  const { endpoint, key, httpClient } = face;
  sessions = new FaceService({ endpoint, httpClient, credential: { kind: 'key', key: { key } }, deadlineMs: 3000 });
});
afterEach(() => face.stop());

const create = async (): Promise<string> => {
  const correlationId = '00000000-0000-4000-8000-000000000001';
  const request = { kind: 'liveness', correlationId, operationMode: 'Passive', tokenTtlSeconds: 600 } as const;
  const created = await sessions.create(request);
  if (created.kind !== 'created') throw new Error(`not created: ${created.kind}`);
  return created.faceSessionId;
};

const inTime = () => {
  const time = new VirtualTime(0);
  const weather = weatherOf(faults, new Random(1), () => 0);
  return { time, weather, forget: forgetSessions({ faults, time, weather, say: () => undefined }) };
};

it('Face forgets the session that the fault names, after its time', async () => {
  const { time, weather, forget } = inTime();
  const made = [await create(), await create(), await create()];
  made.forEach((one) => forget(face, one));

  await time.run(() => false);

  const known = await Promise.all(made.map(async (one) => (await sessions.read('liveness', one)) !== undefined));
  expect(known).toEqual([true, false, true]);
  expect(time.nowMs).toBe(10_000);
  expect([...weather.hits]).toEqual([['forgotten-session', 1]]);
});

it('a session that was deleted before cannot be forgotten any more', async () => {
  const { time, weather, forget } = inTime();
  const made = [await create(), await create()];
  made.forEach((one) => forget(face, one));
  await sessions.delete('liveness', made[1]!);

  await time.run(() => false);

  expect([...weather.hits]).toEqual([]);
});

it('Face forgets nothing any more once nothing goes wrong', async () => {
  const { time, weather, forget } = inTime();
  const made = [await create(), await create()];
  made.forEach((one) => forget(face, one));
  time.after(9000, () => weather.clear());

  await time.run(() => false);

  expect(await sessions.read('liveness', made[1]!)).toBeDefined();
  expect([...weather.hits]).toEqual([]);
});

import { Random } from '../../../../evaluation/random.ts';
import { serviceBusConfig } from '../../../../local/cloud.ts';
import { type LocalServiceBus, startServiceBus } from '../../../../local/service-bus/service-bus.ts';
import { connectServiceBus } from '../../../../shared/adapters/service-bus/service-bus-connection.ts';
import type { Checker } from '../../../../simulation/checker/checker.ts';
import { Network, type Trouble } from '../../../../simulation/engine/network.ts';
import { SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { senderThroughNetwork } from '../../../../simulation/world/sender-through-network.ts';

const QUEUE = 'liveness-results';

let serviceBus: LocalServiceBus;
beforeEach(async () => {
  serviceBus = await startServiceBus({ port: false, config: serviceBusConfig([]) });
});
afterEach(() => serviceBus.stop());

const aSender = (trouble?: Trouble) => {
  const seen: unknown[] = [];
  const mistakes: string[] = [];
  const time = new VirtualTime(0);
  const network = new Network({
    time,
    random: new Random(1),
    weather: { trouble: () => trouble, slowness: () => 1 },
    onStep: () => undefined,
    onMistake: (where, error) => mistakes.push(`${where}: ${String(error)}`),
  });
  const { webSocket } = serviceBus.wire();
  const connection = connectServiceBus(
    { kind: 'connection-string', connectionString: serviceBus.connectionString },
    { webSocketOptions: { webSocket } },
  );
  const checker = { sent: (queue: string, body: unknown) => seen.push([queue, body]) } as unknown as Checker;
  const sender = senderThroughNetwork(connection, network, checker, (body) => ({ ...body, added: true })).sender(QUEUE);
  return { time, seen, mistakes, sender, close: () => connection.close() };
};

describe('sending through the simulated network', () => {
  it('shows the checker what the broker has taken, as this version of the product writes it', async () => {
    const { seen, mistakes, sender, close } = aSender();
    const batch = await sender.createMessageBatch();
    batch.tryAddMessage({ body: { number: 1 } });
    batch.tryAddMessage({ body: Buffer.from('bytes') });

    await sender.sendMessages(batch);

    expect(seen).toEqual([
      [QUEUE, { number: 1, added: true }],
      [QUEUE, Buffer.from('bytes')],
    ]);
    expect(serviceBus.inspect().entities[QUEUE]?.active).toBe(2);
    expect(mistakes).toEqual([]);
    await close();
  });

  it('tells when something is sent that the checker cannot see', async () => {
    const { mistakes, sender, close } = aSender();

    await sender.sendMessages({ body: { number: 1 } });

    expect(mistakes).toEqual([`Send ${QUEUE}: Error: what is sent without a batch is not seen here`]);
    await close();
  });

  it.each<[Trouble, string]>([
    [{ kind: 'refused' }, 'ServiceCommunicationProblem'],
    [{ kind: 'throttled' }, 'ServiceBusy'],
  ])('fails as the SDK does when it meets %j, and nothing is sent', async (trouble, code) => {
    const { time, seen, sender, close } = aSender(trouble);
    const batch = await sender.createMessageBatch();
    batch.tryAddMessage({ body: { number: 1 } });

    const sent = within({ process: new SimulatedProcess('process 0') }, () => sender.sendMessages(batch));
    const failure = expect(sent).rejects.toMatchObject({ code });
    await time.run(() => false);

    await failure;
    expect(seen).toEqual([]);
    expect(serviceBus.inspect().entities[QUEUE]?.active).toBe(0);
    await close();
  });
});

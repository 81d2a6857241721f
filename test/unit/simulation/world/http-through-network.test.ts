import { Random } from '../../../../evaluation/random.ts';
import {
  type InProcessClient,
  PlainHeaders,
  type PipelineRequest,
  type PipelineResponse,
} from '../../../../local/http-client.ts';
import { Network, type Trouble } from '../../../../simulation/engine/network.ts';
import { SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { httpThroughNetwork } from '../../../../simulation/world/http-through-network.ts';

type Response = PipelineResponse<PipelineRequest>;
type Watch = (request: PipelineRequest, response: Response) => Response | undefined;

interface Given {
  status?: number;
  trouble?: Trouble;
  watch?: Watch;
}

const nothing: Watch = () => undefined;

const aRequest = (abortSignal?: AbortSignal): PipelineRequest => ({
  url: 'https://cosmos.local/',
  method: 'GET',
  headers: { toJSON: () => ({}) },
  ...(abortSignal && { abortSignal }),
});

/** A service that answers everything with one status, behind a network on which this goes wrong. */
const aService = ({ status = 200, trouble, watch = nothing }: Given = {}) => {
  const time = new VirtualTime(0);
  const mistakes: string[] = [];
  let carriedOut = 0;
  const network = new Network({
    time,
    random: new Random(1),
    weather: { trouble: () => trouble, slowness: () => 1 },
    onStep: () => undefined,
    onMistake: (where, error) => mistakes.push(`${where}: ${String(error)}`),
  });
  const service: InProcessClient = {
    sendRequest: (request) => {
      carriedOut += 1;
      return Promise.resolve({ request, status, headers: new PlainHeaders({}), bodyAsText: 'its words' });
    },
  };
  const client = httpThroughNetwork({
    service: 'cosmos',
    client: service,
    network,
    describe: () => 'Read customers',
    onCarriedOut: watch,
    retryAfterHeader: (ms) => ['x-ms-retry-after-ms', String(ms)],
  });

  /** What a process hears. */
  const send = async (request = aRequest()): Promise<Response | string> => {
    let heard: Response | string = 'nothing';
    void within({ process: new SimulatedProcess('process 0') }, () =>
      client.sendRequest(request).then(
        (answer) => (heard = answer),
        (error: unknown) => (heard = (error as Error).name),
      ),
    );
    await time.run(() => false);
    return heard;
  };
  return { time, send, mistakes, carriedOut: () => carriedOut };
};

describe('HTTP through the simulated network', () => {
  it('brings the answer of the service, to the request as it was sent', async () => {
    const request = aRequest();

    const heard = await aService().send(request);

    expect(heard).toMatchObject({ status: 200, bodyAsText: 'its words' });
    expect((heard as Response).request).toBe(request);
  });

  it('brings what whoever watches answers in its place', async () => {
    const { send } = aService({ watch: (_, response) => ({ ...response, status: 404 }) });

    expect(await send()).toMatchObject({ status: 404 });
  });

  it('tells a mistake of whoever watches, and brings the answer all the same', async () => {
    const { send, mistakes } = aService({
      watch: () => {
        throw new TypeError('it looked wrongly');
      },
    });

    expect(await send()).toMatchObject({ status: 200 });
    expect(mistakes).toEqual(['cosmos Read customers: TypeError: it looked wrongly']);
  });

  it('tells a bug of the local cloud, which the product would take for trouble of Azure', async () => {
    const { send, mistakes } = aService({ status: 500 });

    await send();

    expect(mistakes).toEqual(['cosmos Read customers: Error: the local cloud has a bug: its words']);
  });

  it.each<[Trouble, Record<string, string>]>([
    [{ kind: 'throttled' }, {}],
    [{ kind: 'throttled', retryAfterMs: 70 }, { 'x-ms-retry-after-ms': '70' }],
  ])('answers 429 when it meets %j', async (trouble, headers) => {
    const { send, carriedOut } = aService({ trouble });

    const heard = (await send()) as Response;

    expect([heard.status, heard.headers.toJSON(), carriedOut()]).toEqual([429, headers, 0]);
  });

  it('breaks the connection when the reply is lost, though the request was carried out', async () => {
    const { send, carriedOut } = aService({ trouble: { kind: 'lost-reply' } });

    expect(await send()).toBe('RestError');
    expect(carriedOut()).toBe(1);
  });

  it('carries out what its caller has given up, and brings nothing', async () => {
    const giveUp = new AbortController();
    const { time, send, carriedOut } = aService();
    time.after(0.5, () => giveUp.abort());

    expect(await send(aRequest(giveUp.signal))).toBe('AbortError');
    expect(carriedOut()).toBe(1);
  });
});

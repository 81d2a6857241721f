import { Random } from '../../../../evaluation/random.ts';
import { Network, type Trouble } from '../../../../simulation/engine/network.ts';
import { SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { TokenService } from '../../../../simulation/world/token-service.ts';

const SCOPE = 'https://cosmos.local/.default';
const startsAtMs = Date.now();

const aTokenService = () => {
  const time = new VirtualTime(startsAtMs);
  const now: { trouble: Trouble | undefined } = { trouble: undefined };
  const weather = { trouble: () => now.trouble, slowness: () => 1 };
  const network = new Network({ time, random: new Random(1), weather, onStep: () => undefined });
  const tokens = new TokenService({ time, random: new Random(1), network });
  const process = new SimulatedProcess('process 0');
  const credential = tokens.credential();

  /** The token, or what went wrong. */
  const ask = async (): Promise<string> => {
    let heard = 'nothing';
    const asked = within({ process }, () => credential.getToken(SCOPE)).then(
      (given) => (heard = given?.token ?? 'none'),
      (error: unknown) => (heard = (error as Error).name),
    );
    await time.run(() => false);
    await asked;
    return heard;
  };
  return { time, now, tokens, network, ask };
};

describe('the token service', () => {
  it('gives tokens that are good until their end, of two and a half to five minutes', async () => {
    const { time, tokens, ask } = aTokenService();
    const token = await ask();

    const isGoodAfter = (seconds: number): boolean => {
      time.jump(1000 * seconds);
      return tokens.isGood(token);
    };

    expect([isGoodAfter(0), isGoodAfter(149), isGoodAfter(151)]).toEqual([true, true, false]);
    expect(tokens.isGood('never given')).toBe(false);
  });

  it('is asked once while the token is young', async () => {
    const { network, ask } = aTokenService();

    const given = [await ask(), await ask()];

    expect(given).toEqual(['token-1', 'token-1']);
    expect(network.steps).toBe(1);
  });

  it('cannot be reached while it is down, as the credential of a managed identity says it', async () => {
    const { now, ask } = aTokenService();
    now.trouble = { kind: 'refused' };

    expect(await ask()).toBe('CredentialUnavailableError');

    now.trouble = undefined;
    expect(await ask()).toBe('token-1');
  });
});

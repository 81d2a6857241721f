import { currentlyRunning, SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';

describe('a simulated process', () => {
  it('is known to all that it has begun, and to nothing else', async () => {
    const [first, second] = [new SimulatedProcess('first'), new SimulatedProcess('second')];
    const nameLater = async (): Promise<string | undefined> => {
      await new Promise((resolve) => process.nextTick(resolve));
      return currentlyRunning()?.process.name;
    };

    const names = await Promise.all([
      within({ process: first }, nameLater),
      within({ process: second }, nameLater),
      within({ process: first }, () => within(undefined, nameLater)),
      nameLater(),
    ]);

    expect(names).toEqual(['first', 'second', undefined, undefined]);
  });

  it('tells for which request it runs', () => {
    const request = { name: 'a request' };
    const process = new SimulatedProcess('first');

    const running = within({ process, request }, currentlyRunning);

    expect(running?.request).toBe(request);
  });

  it('ends once, and says for how long nothing takes its place', async () => {
    const process = new SimulatedProcess('first');
    let hasEnded = false;
    void process.ended.then(() => (hasEnded = true));

    await Promise.resolve();
    expect({ isAlive: process.isAlive, hasEnded }).toEqual({ isAlive: true, hasEnded: false });

    process.kill(7);
    process.kill();

    expect(await process.ended).toBe(7);
    expect({ isAlive: process.isAlive, hasEnded }).toEqual({ isAlive: false, hasEnded: true });
  });
});

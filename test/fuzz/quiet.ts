import { eventually, type RunningApp } from '../journeys/running-app.ts';

/** Nothing waits in a queue, and no function runs. */
export const quiet = async ({ cloud, host }: RunningApp): Promise<void> => {
  await eventually(() => {
    const { entities } = cloud.serviceBus.inspect();
    return Object.entries(entities).every(
      ([name, { active, locked }]) => name === 'parked-messages' || active + locked === 0,
    );
  });
  await host.idle();
};

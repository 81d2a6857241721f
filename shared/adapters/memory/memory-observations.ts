import type { Observations } from '../../application/ports.ts';
import type { CreatedObservations } from '../../application/watch-records.ts';
import type { Observation } from '../../domain/observations.ts';
import { VersionedMap } from './versioned-map.ts';

export class MemoryObservations implements Observations {
  readonly #pageSize: number;
  readonly #observations = new VersionedMap<{ observation: Observation; createdAt: Date }>();

  constructor({ pageSize = 500 }: { pageSize?: number } = {}) {
    this.#pageSize = pageSize;
  }

  create(observation: Observation, createdAt: Date): Promise<boolean> {
    const key = JSON.stringify([observation.customerId, observation.key]);
    return Promise.resolve(this.#observations.create(key, { observation, createdAt }));
  }

  createdBetween(customerId: string, from: Date, until: Date): Promise<CreatedObservations> {
    const created = this.#observations
      .records()
      .filter((record) => record.observation.customerId === customerId)
      .filter(({ createdAt }) => createdAt >= from && createdAt < until)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    const [oldest] = created;
    const tooNew = created
      .slice(this.#pageSize)
      .find(({ createdAt }) => createdAt.getTime() > (oldest?.createdAt.getTime() ?? 0));
    const end = tooNew?.createdAt ?? until;
    const observations = created.filter(({ createdAt }) => createdAt < end).map(({ observation }) => observation);
    return Promise.resolve({ observations, until: end });
  }
}

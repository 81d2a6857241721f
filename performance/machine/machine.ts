import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Surroundings {
  machine: string;
  /** The share of all cores that went to other processes meanwhile; undefined where that cannot be known. */
  otherWork: number | undefined;
}

export const measuredOn = ({ machine, otherWork }: Surroundings): string =>
  otherWork === undefined
    ? `Measured on ${machine}`
    : `Measured on ${machine}, of which other work took ${Math.round(otherWork * 100)} % of the processor`;

export const thisMachine = (): string => {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? '';
  const cores = `${availableParallelism()} cores${model === '' || model === 'unknown' ? '' : ` (${model})`}`;
  return `${cores}, ${gigabytes} GB of memory, Node ${process.versions.node}, ${process.platform}`;
};

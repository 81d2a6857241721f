import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were measured on. */
export const machine = (): string => {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? '';
  const cores = `${availableParallelism()} cores${model === '' || model === 'unknown' ? '' : ` (${model})`}`;
  return `${cores}, ${gigabytes} GB of memory, Node ${process.versions.node}, ${process.platform}`;
};

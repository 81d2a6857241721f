/** Waits for what other work brings about; gives up after twenty seconds. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen within twenty seconds.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

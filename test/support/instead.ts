/** Lets a port answer otherwise, until the answer of this is called. */
export const instead = <Port extends object, Name extends keyof Port>(
  port: Port,
  name: Name,
  answer: Port[Name],
): (() => void) => {
  const before = port[name];
  port[name] = answer;
  return () => {
    port[name] = before;
  };
};

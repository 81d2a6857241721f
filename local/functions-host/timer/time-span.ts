/** `[d.]hh:mm:ss` in milliseconds; undefined for any other text. */
export const parseTimeSpan = (text: string): number | undefined => {
  const match = /^(?:(\d{1,4})\.)?([01]?\d|2[0-3]):([0-5]?\d):([0-5]?\d)$/.exec(text);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
};

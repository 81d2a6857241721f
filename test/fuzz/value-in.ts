/** What the library makes of a body: its value when it is JSON, else the text itself. */
export const valueIn = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

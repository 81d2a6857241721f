// Reading a multipart/form-data body (RFC 7578): the named parts, as they are.

export interface Part {
  name: string;
  filename?: string;
  content: Buffer;
}

/** Undefined when the body is not well-formed. */
export const readParts = (contentType: string, body: Buffer): Part[] | undefined => {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undefined;

  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let start = whole.indexOf(delimiter);
  while (start >= 0) {
    start += delimiter.length;
    if (whole.toString('latin1', start, start + 2) === '--') return parts;
    const headersEnd = whole.indexOf('\r\n\r\n', start);
    const end = whole.indexOf(delimiter, start);
    if (headersEnd < 0 || end < headersEnd) return undefined;
    const disposition = /^content-disposition:(.*)$/im.exec(whole.toString('utf8', start, headersEnd))?.[1] ?? '';
    const name = parameter(disposition, 'name');
    if (name === undefined) return undefined;
    const filename = parameter(disposition, 'filename');
    const content = whole.subarray(headersEnd + 4, end);
    parts.push(filename === undefined ? { name, content } : { name, filename, content });
    start = end;
  }
  return undefined;
};

const parameter = (disposition: string, name: string): string | undefined =>
  new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1];

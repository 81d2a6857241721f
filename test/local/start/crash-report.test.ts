import { readReports, toReportLine } from '../../../local/start/crash-report.ts';

const BROKEN_OFF = 'The product broke the demonstration off; the terminal of npm start may say why.';

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new Blob(chunks).stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      // Byte by byte: a chunk on the wire ends anywhere.
      transform: (bytes, controller) => bytes.forEach((byte) => controller.enqueue(new Uint8Array([byte]))),
    }),
  );

describe('the reports of a crash', () => {
  it.each([true, false])(
    'hand on every line and the end (%s), wherever the stream is cut into pieces',
    async (isSound) => {
      const said: string[] = [];

      const end = await readReports(
        streamOf(toReportLine({ line: 'fünfzig' }), toReportLine({ line: '' }), toReportLine({ isSound })),
        (line) => said.push(line),
      );

      expect(said).toEqual(['fünfzig', '']);
      expect(end).toBe(isSound);
    },
  );

  const cutOff = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new TypeError('terminated')),
  });

  it.each([
    { how: 'they end before its end', stream: () => streamOf(toReportLine({ line: 'begun' })) },
    { how: 'the connection is cut', stream: () => cutOff },
  ])('tell that the demonstration was broken off when $how', async ({ stream }) => {
    const read = readReports(stream(), () => undefined);

    await expect(read).rejects.toMatchObject({ name: 'UserError', message: BROKEN_OFF });
  });
});

import { readReports, toReportLine } from '../../../local/start/crash-report.ts';

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

  it('are incomplete without an end', async () => {
    const read = readReports(streamOf(toReportLine({ line: 'begun' })), () => undefined);

    await expect(read).rejects.toThrow('broke the demonstration off');
  });
});

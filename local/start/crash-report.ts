// A demonstration of a crash on its way from the product to the command that asked for it: lines to show as they come,
// and at the end whether all was well.

import * as z from 'zod';
import { UserError } from './user-error.ts';

const reportSchema = z.union([z.object({ line: z.string() }), z.object({ isSound: z.boolean() })]);

export type CrashReport = z.output<typeof reportSchema>;

export const toReportLine = (report: CrashReport): string => `${JSON.stringify(report)}\n`;

/** Rejects when the reports end before the end of the demonstration. */
export const readReports = async (body: ReadableStream<Uint8Array>, say: (line: string) => void): Promise<boolean> => {
  let rest = '';
  try {
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const report = reportSchema.parse(JSON.parse(line));
        if ('isSound' in report) return report.isSound;
        say(report.line);
      }
    }
  } catch (error) {
    throw brokenOff(error);
  }
  throw brokenOff();
};

const brokenOff = (cause?: unknown): UserError =>
  new UserError('The product broke the demonstration off; the terminal of npm start may say why.', { cause });

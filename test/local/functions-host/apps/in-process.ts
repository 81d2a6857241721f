// Starts the host in this very process, stops it, and must end by itself then.
import { startHost } from '../../../../local/functions-host/host.ts';

const appEntry = process.argv[2]!;
const options = { appEntry, settings: JSON.parse(process.argv[3] ?? '{}') as Record<string, string> };
const host = await startHost(options);
const answer = await fetch(`${host.url}/api/seen`);
const second = await startHost(options).catch((error: unknown) => error);
await host.stop();
console.log(JSON.stringify({ status: answer.status, second: (second as Error).message }));

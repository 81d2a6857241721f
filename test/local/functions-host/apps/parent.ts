// Owns a host process until it is killed.
import { startHostProcess } from '../../../../local/functions-host/host-process.ts';

const host = await startHostProcess({ appEntry: process.argv[2]! });
console.log(host.url);

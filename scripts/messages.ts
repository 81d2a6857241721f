// `npm run messages -- list|replay|drop`: what could not be counted, and what was delivered too often.
//
//   list                       shows every parked and dead-lettered message with its number and why it is there
//   replay NUMBER… | --all     sends them to be counted again
//   drop NUMBER… | --all       forgets them
//
// It connects with the setting ServiceBusConnection, or to ServiceBusConnection__fullyQualifiedNamespace as whoever is
// signed in with the Azure CLI (role: Azure Service Bus Data Owner).

import { ServiceBusClient } from '@azure/service-bus';
import { AzureCliCredential } from '@azure/identity';
import { parseArgs } from 'node:util';
import { drop, list, replay, type Selection } from './messages/set-aside.ts';

const USAGE = 'Usage: npm run messages -- list | replay NUMBER… | drop NUMBER… (or --all instead of the numbers)';

const connect = (): ServiceBusClient => {
  const connectionString = process.env.ServiceBusConnection;
  if (connectionString !== undefined) return new ServiceBusClient(connectionString);
  const namespace = process.env.ServiceBusConnection__fullyQualifiedNamespace;
  if (namespace !== undefined) return new ServiceBusClient(namespace, new AzureCliCredential());
  throw new Error('Set ServiceBusConnection, or ServiceBusConnection__fullyQualifiedNamespace.');
};

const selectionOf = (numbers: readonly string[], all: boolean): Selection => {
  if (all && numbers.length === 0) return 'all';
  const selected = numbers.map(Number);
  if (all || selected.length === 0 || !selected.every((number) => Number.isInteger(number) && number > 0)) {
    throw new Error(USAGE);
  }
  return selected;
};

const run = async (args: readonly string[]): Promise<void> => {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const [command, ...numbers] = positionals;
  if (command !== 'list' && command !== 'replay' && command !== 'drop') throw new Error(USAGE);
  const selection = command === 'list' ? 'all' : selectionOf(numbers, values.all);

  const client = connect();
  try {
    if (command === 'list') {
      const messages = await list(client);
      for (const { number, source, reason, at, body } of messages) {
        console.log(`${number}  ${at.toISOString()}  ${source}  ${reason}\n    ${body}`);
      }
      console.log(`${messages.length} messages`);
      return;
    }
    const { done, refused } = await (command === 'replay' ? replay : drop)(client, selection);
    for (const { number, why } of refused) console.error(`${number}: ${why}`);
    console.log(`${done} ${command === 'replay' ? 'replayed' : 'dropped'}`);
    if (refused.length > 0) process.exitCode = 1;
  } finally {
    await client.close();
  }
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

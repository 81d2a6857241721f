export interface ServiceBusMessageInput {
  body: unknown;
}

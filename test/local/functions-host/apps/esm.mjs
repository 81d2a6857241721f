import { app } from '@azure/functions';

app.http('modern', { methods: ['GET'], handler: () => ({ jsonBody: 'esm' }) });

import { Controller, Headers, Post, RawBody, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Endpoint, originOf, Resource } from '#libs/http';
import type { FastifyRequest } from 'fastify';
import { NotFoundError } from '#libs/context';
import type { ProviderName } from '../plans/plan.js';
import { ReceivedEvents } from './received-events.service.js';
import { WebhookRefusedError } from '../billing.errors.js';
import { WEBHOOK } from '../billing.acts.js';

const REASON = 'payment providers sign their webhooks';
const BODY = { description: 'The event, as the provider documents and signs it', schema: { type: 'object' } };
/** Most bytes of an event: an invoice of many lines is larger than what people send without a token. */
const BODY_LIMIT = 256 * 1_024;

type Signatures = Record<string, string | undefined>;

@Resource('webhooks', 'Incoming webhooks of the payment providers.')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly events: ReceivedEvents) {}

  @Post('paddle')
  @Endpoint({
    summary: 'Receive a webhook of Paddle',
    scope: 'public',
    reason: REASON,
    records: WEBHOOK.receive,
    rate: 'webhooks',
    bodyLimit: BODY_LIMIT,
    idempotency: { none: 'Events are deduplicated by their id at the provider.' },
    refuses: [WebhookRefusedError, NotFoundError],
  })
  @ApiBody(BODY)
  paddle(@RawBody() body: Buffer, @Headers() headers: Signatures, @Req() request: FastifyRequest): Promise<void> {
    return this.receive('paddle', body, headers, request);
  }

  @Post('stripe')
  @Endpoint({
    summary: 'Receive a webhook of Stripe',
    scope: 'public',
    reason: REASON,
    records: WEBHOOK.receive,
    rate: 'webhooks',
    bodyLimit: BODY_LIMIT,
    idempotency: { none: 'Events are deduplicated by their id at the provider.' },
    refuses: [WebhookRefusedError, NotFoundError],
  })
  @ApiBody(BODY)
  stripe(@RawBody() body: Buffer, @Headers() headers: Signatures, @Req() request: FastifyRequest): Promise<void> {
    return this.receive('stripe', body, headers, request);
  }

  private receive(provider: ProviderName, body: Buffer | undefined, headers: Signatures, request: FastifyRequest) {
    const source = { requestId: request.id, origin: originOf(request) };
    return this.events.receive(provider, body ?? Buffer.alloc(0), headers, source);
  }
}

import type { KeyObject } from 'node:crypto';

/** One cell as configured. URLs are set only where every role's URL is given one by one. */
export interface CellSettings {
  /** Lower case letters, digits and hyphens; the name that tokens and the directory use. */
  readonly name: string;
  /** Region whose accounts the cell holds; the cell's name unless `CELL_<NAME>_REGION` says otherwise. */
  readonly region: string;
  /** Connection URL of `bulkhead_app`. */
  readonly appUrl?: string;
  /** Connection URL of `bulkhead_migrator`; needed for migrations only. */
  readonly ownerUrl?: string;
  /** Connection URL of `bulkhead_worker`; needed where a worker runs. */
  readonly workerUrl?: string;
  /** Connection URL of `bulkhead_recorder`; needed where the API runs. */
  readonly recorderUrl?: string;
}

/** How mail leaves. */
export type MailSettings = {
  /** Who it comes from: `Name <address>`. */
  readonly from: string;
  /** Where links in mails lead: the console. Without it mails carry codes to paste. */
  readonly consoleUrl: string | undefined;
} & (
  | {
      readonly kind: 'smtp';
      readonly url: string;
      /** Whether a server that offers no TLS is sent nothing. */
      readonly requireTls: boolean;
    }
  /** Into a folder, for development; absolute. */
  | { readonly kind: 'folder'; readonly folder: string }
);

/** How a provider of payments is reached. */
export interface PaymentSettings {
  readonly provider: 'paddle' | 'stripe';
  /** Base address of its API; undefined for its own. */
  readonly url: string | undefined;
  /** Absent where the provider is the local one of development, which knows the installation's. */
  readonly key: string | undefined;
  /** Secrets that webhooks are signed with: several while one takes the place of another. */
  readonly webhookSecrets: readonly string[];
}

/** What accounts buy, and from whom. */
export interface BillingSettings {
  /** The one that is bought from first; none where no payments are taken. */
  readonly payments: readonly PaymentSettings[];
  /** JSON file with the plans; undefined for the standard ones. */
  readonly plansFile: string | undefined;
  /** Port of the local provider of development, which the API runs beside itself; undefined for none. */
  readonly localPort: number | undefined;
  /** Where whoever has paid is sent back to. */
  readonly returnUrl: string;
  /** File that moves the time of subscriptions on, in development; undefined elsewhere. */
  readonly clockFile: string | undefined;
}

/** Where PostgreSQL comes from. */
export type ServerSettings =
  | { readonly kind: 'embedded'; readonly port: number }
  /** A server where "bulkhead provision" made roles and databases; the URL names nobody. */
  | { readonly kind: 'provisioned'; readonly url: string }
  | {
      readonly kind: 'given';
      readonly directoryAppUrl: string;
      readonly directoryOwnerUrl?: string;
      readonly directoryWorkerUrl?: string;
      /** Of `bulkhead_operator`; needed for the operator's commands alone. */
      readonly directoryOperatorUrl?: string;
    };

/** What the process tells about itself. */
export interface TelemetrySettings {
  readonly log: {
    readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
    /** A file to append to; undefined for standard output. */
    readonly file: string | undefined;
  };
  /** Ports of `/metrics`, of the API and of the worker; 0 serves none. */
  readonly metrics: { readonly host: string; readonly port: number; readonly workerPort: number };
  readonly tracing: {
    /** Base address of an OTLP receiver over HTTP; undefined for none. */
    readonly endpoint: string | undefined;
    /** Share of the requests that went well, from 0 to 1. */
    readonly ratio: number;
  };
}

/** How the API listens. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Origins allowed by CORS; none by default. */
  readonly corsOrigins: readonly string[];
  /** Largest request body in bytes, default 1 MiB. */
  readonly bodyLimit: number;
  /** Requests a minute of one IP without a valid token, default 100. */
  readonly publicRequestsPerMinute: number;
  /** Webhooks a minute from one IP, default 600. */
  readonly webhooksPerMinute: number;
  /** Requests an hour of one person, all of their sign-ins together, default 15 000. */
  readonly personRequestsPerHour: number;
  /** Where requests are counted: in this process, or in the directory for several. */
  readonly throttleStore: 'memory' | 'postgres';
  /** Addresses and networks of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[];
}

/** How access tokens are made and checked. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Life of a token in seconds, default 900 (15 min), at most 3 600; the session behind it can end sooner. */
  readonly seconds: number;
  /** Key ring: the first signs, all verify. Empty: one key is derived from the secret. */
  readonly keys: readonly { readonly id: string; readonly key: KeyObject }[];
}

/** Where passkeys are good (WebAuthn). */
export interface PasskeySettings {
  /** The relying party's id: the domain that passkeys belong to. */
  readonly relyingParty: string;
  /** Origins of pages that may ask for one. */
  readonly origins: readonly string[];
}

/** Cloudflare Turnstile. */
export interface ChallengeSettings {
  readonly secret: string;
  /** Where it is asked. */
  readonly url: string;
}

/** How long sessions live where the account does not say otherwise. */
export interface SessionSettings {
  /** Without use, in seconds; default 2 h. */
  readonly idleSeconds: number;
  /** However much they are used, in seconds; default 12 h. */
  readonly mostSeconds: number;
}

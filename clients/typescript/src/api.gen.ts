// Generated from docs/openapi.json by `npm run docs`.
/* eslint-disable */
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		AcceptAsNewBody: {
			/** @description Token of the mail */
			token: string;
			name: string;
			/** @description At least 12 characters, neither common nor easy to guess */
			new_password: string;
		};
		AcceptedAsNewView: {
			/**
			 * @description Enter it: POST /v1/me/accounts/{accountId}/enter
			 */
			account_id: string;
			user: components["schemas"]["UserView"];
		};
		AcceptedView: {
			/**
			 * @description Enter it: POST /v1/me/accounts/{accountId}/enter
			 */
			account_id: string;
		};
		/** @description The access token names a cell that does not hold the account. Enter the account again. */
		AccountMovedProblem: {
			type: "/problems/account_moved";
			title: string;
			status: 401;
			code: "account_moved";
			detail: string;
			request_id: string;
		};
		/** @description The access token is not for an account. */
		AccountNotEnteredProblem: {
			type: "/problems/account_not_entered";
			title: string;
			status: 409;
			code: "account_not_entered";
			detail: string;
			request_id: string;
		};
		/** @description The account is read-only: payment is due, or it uses more than its plan includes. */
		AccountReadOnlyProblem: {
			type: "/problems/account_read_only";
			title: string;
			status: 403;
			code: "account_read_only";
			detail: string;
			/** @description The built-in roles that can pay */
			roles: string[];
			request_id: string;
		};
		AccountSettingsBody: {
			name?: string;
			time_zone?: string;
			/** @description Idle timeout of a session, in minutes */
			session_idle_minutes?: number | null;
			/** @description Absolute lifetime of a session, in minutes */
			session_minutes?: number | null;
			/** @description Whether switching the account in one tab leaves it in every tab */
			strict_switching?: boolean;
			/**
			 * @description Only owners change it
			 */
			second_factor?: "required" | "optional";
			/**
			 * @description With none, members sign in without a password and cannot keep one. Only owners change it
			 */
			passwords?: "allowed" | "none";
		};
		AccountView: {
			id: string;
			name: string;
			data_region: string;
			time_zone: string;
			status: "active" | "suspended";
			/** @description Null for the default of the installation */
			session_idle_minutes: number | null;
			/** @description Null for the default of the installation */
			session_minutes: number | null;
			/** @description Whether switching the account in one tab leaves it in every tab */
			strict_switching: boolean;
			second_factor: "required" | "optional";
			passwords: "allowed" | "none";
			/** @description Your permissions in the account */
			permissions: ("account.read" | "account.update" | "account.secure" | "account.transfer" | "account.leave" | "members.read" | "members.invite" | "members.update" | "members.remove" | "roles.write" | "workspaces.read" | "workspaces.create" | "workspaces.update" | "workspaces.archive" | "datasets.read" | "datasets.write" | "datasets.delete" | "documents.read" | "documents.write" | "documents.delete" | "audit.read" | "audit.retain" | "billing.read" | "billing.manage")[];
			version: number;
			created_at: string;
			updated_at: string;
		};
		/** @description An object with the same unique value exists already. */
		AlreadyExistsProblem: {
			type: "/problems/already_exists";
			title: string;
			status: 409;
			code: "already_exists";
			detail: string;
			request_id: string;
		};
		/** @description The email has an invitation that is neither accepted nor revoked. */
		AlreadyInvitedProblem: {
			type: "/problems/already_invited";
			title: string;
			status: 409;
			code: "already_invited";
			detail: string;
			request_id: string;
		};
		/** @description A member of the account has this email. */
		AlreadyMemberProblem: {
			type: "/problems/already_member";
			title: string;
			status: 409;
			code: "already_member";
			detail: string;
			request_id: string;
		};
		/** @description The account already has a subscription, which can be changed instead. */
		AlreadySubscribedProblem: {
			type: "/problems/already_subscribed";
			title: string;
			status: 409;
			code: "already_subscribed";
			detail: string;
			request_id: string;
		};
		AuditEntryPage: {
			items: components["schemas"]["AuditEntryView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		AuditEntryView: {
			id: string;
			occurred_at: string;
			/**
			 * @description When it was recorded, by the clock of the database
			 */
			recorded_at: string;
			category: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
			action: string;
			outcome: "succeeded" | "denied" | "failed";
			/** @description Code of the problem document that was returned */
			reason: string | null;
			/** @description Whether it is the entry of a read */
			reading: boolean;
			actor_kind: "user" | "job" | "operator" | "unknown";
			actor_user_id: string | null;
			actor_member_id: string | null;
			actor_name: string | null;
			/**
			 * @description The person for whom a job acted
			 */
			on_behalf_of_user_id: string | null;
			on_behalf_of_name: string | null;
			workspace_id: string | null;
			resource_type: string;
			resource_id: string | null;
			/** @description The changed fields, each with its old and new value */
			changes: {
				[key: string]: unknown;
			};
			/** @description True if the workspace requires a second factor that this sign-in has not used; `changes` is then empty */
			changes_hidden: boolean;
			request_id: string;
			address: string | null;
			user_agent: string | null;
		};
		AuditRetentionBody: {
			category: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
			days: 90 | 365;
		};
		AuditRetentionView: {
			category: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
			/** @description For changes and refusals. Entries of reads are kept for 90 days */
			days: number;
		};
		AuditRetentionsView: {
			account_id: string;
			items: components["schemas"]["AuditRetentionView"][];
		};
		/** @description Payments are not configured in this installation. */
		BillingNotConfiguredProblem: {
			type: "/problems/billing_not_configured";
			title: string;
			status: 409;
			code: "billing_not_configured";
			detail: string;
			request_id: string;
		};
		/** @description The body is larger than allowed. */
		BodyTooLargeProblem: {
			type: "/problems/body_too_large";
			title: string;
			status: 413;
			code: "body_too_large";
			detail: string;
			request_id: string;
		};
		BrowserSessionView: {
			user: components["schemas"]["UserView"];
			/** @description Send it as X-CSRF-Token with every request that uses the cookie */
			csrf_token: string;
			/** @description Available methods for POST /v1/me/second-factor; empty without a second factor */
			second_factors: string[];
		};
		BulkInvitationBody: {
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Required with the role custom; not allowed with other roles
			 */
			custom_role_id?: string;
			/**
			 * @description Default all; with named, give "workspaces"
			 */
			access?: "all" | "named";
			workspaces?: components["schemas"]["InvitedWorkspaceBody"][];
			/** @description One email per line, at most 200 */
			addresses: string;
		};
		BulkOutcomeView: {
			line: number;
			email: string;
			outcome: "invited" | "already_invited" | "already_member" | "malformed" | "repeated";
			invitation_id: string | null;
		};
		BulkOutcomesView: {
			items: components["schemas"]["BulkOutcomeView"][];
		};
		/** @description A role that applies to every workspace cannot be combined with roles for single workspaces. */
		CannotNarrowProblem: {
			type: "/problems/cannot_narrow";
			title: string;
			status: 409;
			code: "cannot_narrow";
			detail: string;
			request_id: string;
		};
		/** @description The bot challenge was not passed. */
		ChallengeRefusedProblem: {
			type: "/problems/challenge_refused";
			title: string;
			status: 403;
			code: "challenge_refused";
			detail: string;
			request_id: string;
		};
		/** @description The service that verifies bot challenges does not respond. Nothing was changed. */
		ChallengeUnavailableProblem: {
			type: "/problems/challenge_unavailable";
			title: string;
			status: 503;
			code: "challenge_unavailable";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		ChallengeView: {
			challenge_id: string;
			/** @description For navigator.credentials, as WebAuthn has it */
			options: {
				[key: string]: unknown;
			};
		};
		/** @description Another change of the subscription is in progress at the payment provider. */
		ChangePendingProblem: {
			type: "/problems/change_pending";
			title: string;
			status: 409;
			code: "change_pending";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		ChangePreviewView: {
			account_id: string;
			/** @description Negative for a credit */
			due_now: number;
			/** @description Credit for the unused part of the paid period */
			credit: number;
			/** @description For the remainder of the current month */
			charge: number;
			/** @description For each month from the next invoice on */
			recurring: number;
			/** @description ISO 4217; every amount is in its smallest unit */
			currency: string;
			next_billed_at: string | null;
		};
		CheckoutBody: {
			plan: string;
			seats: number;
			/** @description Email of the payer. Default your own */
			email?: string;
		};
		CheckoutView: {
			id: string;
			status: "starting" | "open" | "refused";
			plan: string;
			plan_version: number;
			seats: number;
			/** @description URL for the payment; set once the status is open */
			url: string | null;
			/** @description Reason of the payment provider for refusing it */
			refused: string | null;
			created_at: string;
		};
		CodeBody: {
			code: string;
		};
		/** @description A code or the signature of a passkey is wrong, already used, or expired. The answer is the same for each reason. */
		CodeRefusedProblem: {
			type: "/problems/code_refused";
			title: string;
			status: 403;
			code: "code_refused";
			detail: string;
			request_id: string;
		};
		ConfirmedView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
			/** @description For a program: replaces the earlier refresh token */
			refresh_token?: string;
			/** @description For a browser, whose cookie is replaced: send it as X-CSRF-Token */
			csrf_token?: string;
			/** @description Recovery codes, with the first factor; shown once */
			recovery_codes: string[];
		};
		/** @description Another request held a lock that this request needs for too long. */
		ContendedProblem: {
			type: "/problems/contended";
			title: string;
			status: 503;
			code: "contended";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description The database did not accept the tenant context: forged, expired, or of another connection. Never an empty answer. */
		ContextRejectedProblem: {
			type: "/problems/context_rejected";
			title: string;
			status: 503;
			code: "context_rejected";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description A request with a cookie has no valid CSRF token. */
		CsrfRefusedProblem: {
			type: "/problems/csrf_refused";
			title: string;
			status: 403;
			code: "csrf_refused";
			detail: string;
			request_id: string;
		};
		CustomRoleBody: {
			name: string;
			/** @description All of them your own; GET /v1/roles explains each. account.leave and account.read are added to every role */
			permissions: ("account.read" | "account.update" | "account.leave" | "members.read" | "members.invite" | "members.update" | "members.remove" | "roles.write" | "workspaces.read" | "workspaces.create" | "workspaces.update" | "workspaces.archive" | "datasets.read" | "datasets.write" | "datasets.delete" | "documents.read" | "documents.write" | "documents.delete" | "audit.read" | "billing.read" | "billing.manage")[];
		};
		CustomRoleChangesBody: {
			name?: string;
			/** @description All of them your own; GET /v1/roles explains each. account.leave and account.read are added to every role */
			permissions?: ("account.read" | "account.update" | "account.leave" | "members.read" | "members.invite" | "members.update" | "members.remove" | "roles.write" | "workspaces.read" | "workspaces.create" | "workspaces.update" | "workspaces.archive" | "datasets.read" | "datasets.write" | "datasets.delete" | "documents.read" | "documents.write" | "documents.delete" | "audit.read" | "billing.read" | "billing.manage")[];
		};
		CustomRolePage: {
			items: components["schemas"]["CustomRoleView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		CustomRoleView: {
			id: string;
			name: string;
			/** @description With account.leave and account.read, which every role has */
			permissions: string[];
			version: number;
			created_at: string;
			updated_at: string;
		};
		/** @description No connection became free in time. */
		DatabaseBusyProblem: {
			type: "/problems/database_busy";
			title: string;
			status: 503;
			code: "database_busy";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description The database of a cell or the directory cannot be reached. */
		DatabaseUnavailableProblem: {
			type: "/problems/database_unavailable";
			title: string;
			status: 503;
			code: "database_unavailable";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		DatasetChangesBody: {
			name?: string;
			description?: string;
		};
		/** @description The document's dataset is deleted as well. */
		DatasetDeletedProblem: {
			type: "/problems/dataset_deleted";
			title: string;
			status: 409;
			code: "dataset_deleted";
			detail: string;
			request_id: string;
		};
		DatasetPage: {
			items: components["schemas"]["DatasetView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		DatasetView: {
			id: string;
			name: string;
			description: string;
			version: number;
			created_at: string;
			updated_at: string;
			/**
			 * @description Set for deleted objects: until when it can be restored
			 */
			restorable_until: string | null;
		};
		DemoPersonView: {
			email: string;
			role: string;
			account: string;
		};
		DemoSignInsView: {
			/** @description Password of every demo user; null before the demo is loaded */
			password: string | null;
			people: components["schemas"]["DemoPersonView"][];
		};
		DocumentChangesBody: {
			title?: string;
			body?: string;
			source_url?: string | null;
		};
		DocumentHitView: {
			id: string;
			dataset_id: string;
			title: string;
			/** @description The passage that matches */
			passage: string;
		};
		DocumentHitsView: {
			items: components["schemas"]["DocumentHitView"][];
		};
		DocumentItemPage: {
			items: components["schemas"]["DocumentItemView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		DocumentItemView: {
			id: string;
			dataset_id: string;
			title: string;
			source_url: string | null;
			version: number;
			created_at: string;
			updated_at: string;
			/**
			 * @description Set for deleted objects: until when it can be restored
			 */
			restorable_until: string | null;
		};
		DocumentView: {
			id: string;
			dataset_id: string;
			title: string;
			source_url: string | null;
			version: number;
			created_at: string;
			updated_at: string;
			/**
			 * @description Set for deleted objects: until when it can be restored
			 */
			restorable_until: string | null;
			body: string;
		};
		/** @description A user with this email exists already. */
		EmailTakenProblem: {
			type: "/problems/email_taken";
			title: string;
			status: 409;
			code: "email_taken";
			detail: string;
			request_id: string;
		};
		FactorIdView: {
			factor_id: string;
		};
		/** @description The person has no second factor, and recovery codes are useless without one. */
		FactorMissingProblem: {
			type: "/problems/factor_missing";
			title: string;
			status: 409;
			code: "factor_missing";
			detail: string;
			request_id: string;
		};
		FactorNameBody: {
			name: string;
		};
		FactorView: {
			id: string;
			kind: "totp" | "passkey" | "email";
			name: string;
			created_at: string;
			/**
			 * @description Null until its first use confirms it; an unconfirmed factor has no effect
			 */
			confirmed_at: string | null;
			last_used_at: string | null;
		};
		FactorsView: {
			items: components["schemas"]["FactorView"][];
			recovery_codes_left: number;
		};
		FieldProblemView: {
			/** @description Name of the field; inside objects and lists with dots */
			field: string;
			problem: string;
			/** @description JSON Pointer into the body (RFC 6901); absent for what is not in the body */
			pointer?: string;
		};
		HealthView: {
			status: "ok";
		};
		/** @description The idempotency key was used with another body. */
		IdempotencyKeyReusedProblem: {
			type: "/problems/idempotency_key_reused";
			title: string;
			status: 422;
			code: "idempotency_key_reused";
			detail: string;
			request_id: string;
		};
		/** @description An unexpected error, which is not a fault of the request. The log has it under the request id. */
		InternalErrorProblem: {
			type: "/problems/internal_error";
			title: string;
			status: 500;
			code: "internal_error";
			detail: string;
			request_id: string;
		};
		/** @description The cursor is invalid, or belongs to another list, account or workspace. */
		InvalidCursorProblem: {
			type: "/problems/invalid_cursor";
			title: string;
			status: 400;
			code: "invalid_cursor";
			detail: string;
			request_id: string;
		};
		/** @description The request does not have the form that the API describes; `errors` lists the fields that are wrong, 20 at most. */
		InvalidRequestProblem: {
			type: "/problems/invalid_request";
			title: string;
			status: 400;
			code: "invalid_request";
			detail: string;
			/** @description The invalid fields, at most 20; absent if no single field is invalid */
			errors?: components["schemas"]["FieldProblemView"][];
			request_id: string;
		};
		InvitationBody: {
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Required with the role custom; not allowed with other roles
			 */
			custom_role_id?: string;
			/**
			 * @description Default all; with named, give "workspaces"
			 */
			access?: "all" | "named";
			workspaces?: components["schemas"]["InvitedWorkspaceBody"][];
			email: string;
		};
		/** @description The invitation is for another email than that of the signed-in user. It remains valid. */
		InvitationForAnotherProblem: {
			type: "/problems/invitation_for_another";
			title: string;
			status: 403;
			code: "invitation_for_another";
			detail: string;
			request_id: string;
		};
		InvitationPage: {
			items: components["schemas"]["InvitationView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		/** @description The invitation is already accepted or revoked. */
		InvitationSettledProblem: {
			type: "/problems/invitation_settled";
			title: string;
			status: 409;
			code: "invitation_settled";
			detail: string;
			request_id: string;
		};
		InvitationTokenBody: {
			/** @description Token of the mail */
			token: string;
		};
		InvitationView: {
			id: string;
			email: string;
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Id of the custom role, with the role custom
			 */
			custom_role_id: string | null;
			access: "all" | "named";
			workspaces: components["schemas"]["InvitedWorkspaceView"][];
			status: "pending" | "expired" | "accepted" | "revoked";
			version: number;
			created_at: string;
			/**
			 * @description When its latest mail was sent; null while it is queued
			 */
			sent_at: string | null;
			expires_at: string;
			/**
			 * @description When it was accepted or revoked
			 */
			settled_at: string | null;
		};
		InvitedWorkspaceBody: {
			workspace_id: string;
			role: "custom" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Required with the role custom; not allowed with other roles
			 */
			custom_role_id?: string;
		};
		InvitedWorkspaceView: {
			workspace_id: string;
			role: "custom" | "multi_account_manager" | "developer" | "member" | "viewer";
			custom_role_id: string | null;
		};
		InvoiceDocumentView: {
			invoice_id: string;
			/** @description Valid for some minutes, without authentication */
			url: string;
		};
		InvoicePage: {
			items: components["schemas"]["InvoiceView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		InvoiceView: {
			id: string;
			/** @description Invoice number of the payment provider */
			number: string | null;
			status: "open" | "paid" | "past_due" | "cancelled";
			/** @description In the smallest unit of the currency; negative for a credit */
			amount: number;
			/** @description ISO 4217 */
			currency: string;
			billed_at: string;
		};
		/** @description The account would be left without an owner. */
		LastOwnerProblem: {
			type: "/problems/last_owner";
			title: string;
			status: 409;
			code: "last_owner";
			detail: string;
			request_id: string;
		};
		/** @description The account has reached a limit of its plan. */
		LimitReachedProblem: {
			type: "/problems/limit_reached";
			title: string;
			status: 409;
			code: "limit_reached";
			detail: string;
			/** @description The limit that is reached */
			limit: string;
			/** @description The limit of the plan */
			most: number;
			/** @description Current usage of the account */
			used: number;
			/** @description The built-in roles that can change the plan */
			roles: string[];
			request_id: string;
		};
		/** @description The token of a mail is wrong, already used, or expired. The answer is the same for each reason. */
		MailedTokenRefusedProblem: {
			type: "/problems/mailed_token_refused";
			title: string;
			status: 403;
			code: "mailed_token_refused";
			detail: string;
			request_id: string;
		};
		MemberChangesBody: {
			role?: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Required with the role custom; not allowed with other roles
			 */
			custom_role_id?: string;
			access?: "all" | "named";
		};
		MemberPage: {
			items: components["schemas"]["MemberView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		MemberView: {
			id: string;
			user_id: string;
			name: string;
			email: string;
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Id of the custom role, with the role custom
			 */
			custom_role_id: string | null;
			/**
			 * @description Whether the member may enter all workspaces, or only those in "workspaces"
			 */
			access: "all" | "named";
			workspaces: components["schemas"]["WorkspaceRoleView"][];
			version: number;
			joined_at: string;
		};
		MembershipView: {
			account_id: string;
			name: string | null;
			/** @enum {string|null} */
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer" | null;
			region: string;
			/** @description False while the cell of the account does not answer */
			available: boolean;
		};
		MembershipsView: {
			items: components["schemas"]["MembershipView"][];
		};
		NewAccountBody: {
			account_name: string;
			/** @description Region in which all data of the account is stored, one of GET /v1/regions */
			region: string;
			time_zone?: string;
			/** @description Name of the first workspace */
			workspace_name: string;
		};
		NewDatasetBody: {
			name: string;
			description?: string;
		};
		NewDocumentBody: {
			dataset_id: string;
			title: string;
			body?: string;
			source_url?: string | null;
		};
		NewPasskeyBody: {
			challenge: string;
			/** @description The PublicKeyCredential of navigator.credentials, as JSON */
			response: {
				[key: string]: unknown;
			};
			name: string;
		};
		NewTotpView: {
			factor_id: string;
			/** @description Secret for manual entry into an authenticator app; shown once */
			secret: string;
			/** @description otpauth URL, for a QR code */
			otpauth_uri: string;
		};
		NewWorkspaceBody: {
			name: string;
			color?: string | null;
		};
		/** @description The resource does not exist, or belongs to another account or workspace, which is the same to a client: the answer is byte for byte the same. */
		NotFoundProblem: {
			type: "/problems/not_found";
			title: string;
			status: 404;
			code: "not_found";
			detail: string;
			request_id: string;
		};
		/** @description The account's plan does not include this feature. */
		NotInPlanProblem: {
			type: "/problems/not_in_plan";
			title: string;
			status: 403;
			code: "not_in_plan";
			detail: string;
			/** @description The feature that the plan lacks */
			entitlement: string;
			/** @description The plan of the account; null for none */
			plan: string | null;
			/** @description The built-in roles that can change the plan */
			roles: string[];
			request_id: string;
		};
		/** @description The account has no subscription with a payment provider. */
		NotSubscribedProblem: {
			type: "/problems/not_subscribed";
			title: string;
			status: 409;
			code: "not_subscribed";
			detail: string;
			request_id: string;
		};
		OpenInvitationView: {
			account_name: string;
			region: string;
			email: string;
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/** @description Name of the custom role */
			role_name: string | null;
			expires_at: string;
			/** @description Whether a user with the email exists. If not, accept as a new person */
			has_sign_in: boolean;
		};
		OpenedAccountView: {
			/**
			 * @description Enter it: POST /v1/me/accounts/{accountId}/enter
			 */
			account_id: string;
			workspace_id: string;
			/**
			 * @description A person has one trial: an account that is unpaid can be read, and changed once a plan is bought. Granted: nothing is sold here
			 */
			subscription: "trial" | "unpaid" | "granted";
		};
		/** @description The password cannot be removed: there is none, or no passkey to sign in with instead. */
		PasskeyMissingProblem: {
			type: "/problems/passkey_missing";
			title: string;
			status: 409;
			code: "passkey_missing";
			detail: string;
			request_id: string;
		};
		PasswordChangeBody: {
			current_password: string;
			/** @description At least 12 characters, neither common nor easy to guess */
			new_password: string;
		};
		/** @description The account is passwordless. */
		PasswordNotAllowedProblem: {
			type: "/problems/password_not_allowed";
			title: string;
			status: 403;
			code: "password_not_allowed";
			detail: string;
			request_id: string;
		};
		/** @description The payment provider refused the request. */
		PaymentsRefusedProblem: {
			type: "/problems/payments_refused";
			title: string;
			status: 422;
			code: "payments_refused";
			detail: string;
			/** @description Error code of the payment provider */
			reason: string;
			request_id: string;
		};
		/** @description The payment provider does not respond. */
		PaymentsUnavailableProblem: {
			type: "/problems/payments_unavailable";
			title: string;
			status: 503;
			code: "payments_unavailable";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description The member's role lacks a permission. Names the permission and the roles that have it, never people. */
		PermissionMissingProblem: {
			type: "/problems/permission_missing";
			title: string;
			status: 403;
			code: "permission_missing";
			detail: string;
			/** @description The permission that your role lacks */
			permission: string;
			/** @description The built-in roles that have the permission */
			roles: string[];
			request_id: string;
		};
		PermissionView: {
			name: string;
			description: string;
		};
		PlanPriceView: {
			/** @description For one seat and one month, in the smallest unit */
			amount: number;
			/** @description ISO 4217 */
			currency: string;
		};
		/** @description The account already uses more than the plan includes. */
		PlanTooSmallProblem: {
			type: "/problems/plan_too_small";
			title: string;
			status: 409;
			code: "plan_too_small";
			detail: string;
			/** @description The limit that is reached */
			limit: string;
			/** @description The limit of the plan */
			most: number;
			/** @description Current usage of the account */
			used: number;
			request_id: string;
		};
		/** @description No plan on sale has this name. */
		PlanUnknownProblem: {
			type: "/problems/plan_unknown";
			title: string;
			status: 422;
			code: "plan_unknown";
			detail: string;
			/** @description The plans on sale */
			plans: string[];
			request_id: string;
		};
		PlanView: {
			plan: string;
			version: number;
			name: string;
			price: components["schemas"]["PlanPriceView"];
			entitlements: ("audit.search" | "audit.year")[];
			/** @description By name: seats, workspaces, documents, storage_bytes, requests. A limit that is absent is unlimited */
			limits: {
				[key: string]: unknown;
			};
		};
		PlansView: {
			items: components["schemas"]["PlanView"][];
		};
		PortalView: {
			account_id: string;
			/** @description Valid for some minutes, without authentication */
			url: string;
		};
		/** @description The object has changed since the client read it (RFC 9110 §15.5.13). */
		PreconditionFailedProblem: {
			type: "/problems/precondition_failed";
			title: string;
			status: 412;
			code: "precondition_failed";
			detail: string;
			request_id: string;
		};
		/** @description The If-Match header is missing from a change (RFC 6585 §3). */
		PreconditionRequiredProblem: {
			type: "/problems/precondition_required";
			title: string;
			status: 428;
			code: "precondition_required";
			detail: string;
			request_id: string;
		};
		ProofBody: {
			code: string;
			method: "totp" | "email" | "recovery_code";
		};
		RaisedView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
			/** @description For a program: replaces the earlier refresh token */
			refresh_token?: string;
			/** @description For a browser, whose cookie is replaced: send it as X-CSRF-Token */
			csrf_token?: string;
		};
		ReauthenticationBody: {
			current_password: string;
		};
		RecoveryCodesView: {
			/** @description Shown once */
			recovery_codes: string[];
		};
		RefreshBody: {
			/** @description The refresh token that was returned last */
			refresh_token: string;
		};
		RefreshedView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
			/** @description Can be used once: POST /v1/sessions/refresh */
			refresh_token: string;
		};
		/** @description The installation has no cell in the region. */
		RegionUnknownProblem: {
			type: "/problems/region_unknown";
			title: string;
			status: 422;
			code: "region_unknown";
			detail: string;
			/** @description The regions of this installation */
			regions: string[];
			request_id: string;
		};
		RegionsView: {
			items: string[];
		};
		/** @description The account has used all requests that its plan includes in the calendar month (UTC). */
		RequestsUsedUpProblem: {
			type: "/problems/requests_used_up";
			title: string;
			status: 429;
			code: "requests_used_up";
			detail: string;
			/** @description Always requests */
			limit: string;
			/** @description Maximum number of requests in a calendar month */
			most: number;
			/** @description The built-in roles that can change the plan */
			roles: string[];
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		ResetBody: {
			/** @description Token of the mail */
			token: string;
			/** @description At least 12 characters, neither common nor easy to guess */
			new_password: string;
		};
		ResetRequestBody: {
			email: string;
		};
		/** @description The role has permissions that the member lacks. It cannot be given, taken or changed. */
		RoleAboveOwnProblem: {
			type: "/problems/role_above_own";
			title: string;
			status: 403;
			code: "role_above_own";
			detail: string;
			request_id: string;
		};
		/** @description Members or invitations use the role. */
		RoleInUseProblem: {
			type: "/problems/role_in_use";
			title: string;
			status: 409;
			code: "role_in_use";
			detail: string;
			/** @description Number of members with the role */
			members: number;
			/** @description Number of pending invitations with the role */
			invitations: number;
			request_id: string;
		};
		/** @description Members cannot change the role that they have. */
		RoleIsOwnProblem: {
			type: "/problems/role_is_own";
			title: string;
			status: 403;
			code: "role_is_own";
			detail: string;
			request_id: string;
		};
		RoleTableView: {
			roles: components["schemas"]["RoleView"][];
			permissions: components["schemas"]["PermissionView"][];
		};
		RoleView: {
			name: "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			permissions: string[];
			/** @description Whether it can be given for a single workspace */
			for_one_workspace: boolean;
		};
		/** @description Entering this account or workspace requires a second factor. */
		SecondFactorNeededProblem: {
			type: "/problems/second_factor_needed";
			title: string;
			status: 403;
			code: "second_factor_needed";
			detail: string;
			/** @description The authentication level that is needed: always 2 */
			acr: string;
			request_id: string;
		};
		ShownWorkspaceView: {
			id: string;
			name: string;
			color: string | null;
			/**
			 * @description Your role in this workspace
			 */
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Id of the custom role, with the role custom
			 */
			custom_role_id: string | null;
			/** @description Whether you entered it last */
			last_entered: boolean;
			/**
			 * @description Whether entering it requires a second factor, regardless of the setting of the account
			 */
			second_factor: "required" | "optional";
			archived_at: string | null;
			version: number;
			created_at: string;
			/** @description Your permissions in the workspace */
			permissions: ("account.read" | "account.update" | "account.secure" | "account.transfer" | "account.leave" | "members.read" | "members.invite" | "members.update" | "members.remove" | "roles.write" | "workspaces.read" | "workspaces.create" | "workspaces.update" | "workspaces.archive" | "datasets.read" | "datasets.write" | "datasets.delete" | "documents.read" | "documents.write" | "documents.delete" | "audit.read" | "audit.retain" | "billing.read" | "billing.manage")[];
		};
		SignInBody: {
			email: string;
			password: string;
			/** @description Response of the bot challenge, if the installation uses one */
			challenge?: string;
		};
		/** @description The email or the password is wrong. The answer is the same for a known and an unknown email. */
		SignInRefusedProblem: {
			type: "/problems/sign_in_refused";
			title: string;
			status: 401;
			code: "sign_in_refused";
			detail: string;
			request_id: string;
		};
		SignInSessionView: {
			id: string;
			kind: "browser" | "program";
			/** @description Whether it is the session of this request */
			current: boolean;
			/** @description IP that it was started from */
			address: string | null;
			user_agent: string | null;
			started_at: string;
			/**
			 * @description When an access token was last issued for it
			 */
			last_used_at: string;
			/**
			 * @description When it expires if it is not used
			 */
			expires_at: string;
		};
		SignInSessionsView: {
			items: components["schemas"]["SignInSessionView"][];
		};
		SignInView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
			/** @description Can be used once: POST /v1/sessions/refresh */
			refresh_token: string;
			/** @description Available methods for POST /v1/me/second-factor; empty without a second factor */
			second_factors: string[];
			user: components["schemas"]["UserView"];
		};
		SignOutView: {
			/** @description Cells that have not ended the sessions yet; they are retried */
			pending_cells: string[];
		};
		SignUpBody: {
			email: string;
			/** @description Response of the bot challenge, if the installation uses one */
			challenge?: string;
		};
		SignUpCompletionBody: {
			account_name: string;
			/** @description Region in which all data of the account is stored, one of GET /v1/regions */
			region: string;
			time_zone?: string;
			/** @description Name of the first workspace */
			workspace_name: string;
			/** @description Token of the mail */
			token: string;
			/** @description Your name */
			name: string;
			/** @description At least 12 characters, neither common nor easy to guess */
			new_password: string;
		};
		SignedBody: {
			challenge: string;
			/** @description The PublicKeyCredential of navigator.credentials, as JSON */
			response: {
				[key: string]: unknown;
			};
		};
		SignedUpView: {
			/**
			 * @description Enter it: POST /v1/me/accounts/{accountId}/enter
			 */
			account_id: string;
			workspace_id: string;
			/**
			 * @description A person has one trial: an account that is unpaid can be read, and changed once a plan is bought. Granted: nothing is sold here
			 */
			subscription: "trial" | "unpaid" | "granted";
			user: components["schemas"]["UserView"];
		};
		/** @description The operation needs a more recent or a stronger authentication (RFC 9470). */
		StepUpNeededProblem: {
			type: "/problems/step_up_needed";
			title: string;
			status: 403;
			code: "step_up_needed";
			detail: string;
			/** @description The authentication level that is needed: 1 a password or passkey, 2 a second factor */
			acr: string;
			/** @description Seconds that the authentication may be old */
			max_age: number;
			request_id: string;
		};
		SubscriptionChangesBody: {
			plan?: string;
			seats?: number;
		};
		SubscriptionView: {
			account_id: string;
			state: "trialing" | "active" | "past_due" | "paused" | "read_only" | "cancelled" | "ended";
			since: string;
			/**
			 * @description When the state changes without an action of the account
			 */
			deadline_at: string | null;
			/** @description Whether the account is read-only until it is paid */
			read_only: boolean;
			plan: string;
			plan_version: number;
			/** @description Maximum number of members; null for unlimited */
			seats: number | null;
			entitlements: string[];
			/** @description By name of the limit. A limit that is absent is unlimited */
			limits: {
				[key: string]: unknown;
			};
			/** @description The payment provider; null before the first purchase */
			provider: string | null;
			/**
			 * @description End of the paid period
			 */
			period_ends_at: string | null;
			/**
			 * @description When a cancelled subscription ends
			 */
			cancels_at: string | null;
			/**
			 * @description Until when the data of an ended subscription is kept
			 */
			data_until: string | null;
			/** @description A change that the payment provider has not confirmed yet */
			pending: string | null;
			/** @description Reason of the payment provider for refusing the last change */
			refused: string | null;
			version: number;
			updated_at: string;
		};
		TabBody: {
			/** @description Id of the tab, a UUID. A new or duplicated tab omits it and receives one */
			tab_id?: string;
		};
		TabView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
			tab_id: string;
		};
		/** @description A text has more different words than full-text search can index. */
		TextNotIndexableProblem: {
			type: "/problems/text_not_indexable";
			title: string;
			status: 422;
			code: "text_not_indexable";
			detail: string;
			request_id: string;
		};
		TokenView: {
			/** @description Send it as: Authorization: Bearer … */
			access_token: string;
			token_type: "Bearer";
			/** @description Lifetime in seconds; the session can end earlier */
			expires_in: number;
			/**
			 * @description The account of the token; null before an account is entered
			 */
			account_id: string | null;
			/**
			 * @description The workspace of the token; null before a workspace is entered
			 */
			workspace_id: string | null;
		};
		/** @description The rate limit of code attempts of the person is reached. */
		TooManyCodesProblem: {
			type: "/problems/too_many_codes";
			title: string;
			status: 429;
			code: "too_many_codes";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description The person has the maximum number of second factors. */
		TooManyFactorsProblem: {
			type: "/problems/too_many_factors";
			title: string;
			status: 409;
			code: "too_many_factors";
			detail: string;
			request_id: string;
		};
		/** @description The rate limit of invitations is reached: to one email, or of the account in one day. */
		TooManyInvitationsProblem: {
			type: "/problems/too_many_invitations";
			title: string;
			status: 429;
			code: "too_many_invitations";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		/** @description The rate limit is reached (RFC 6585 §4). */
		TooManyRequestsProblem: {
			type: "/problems/too_many_requests";
			title: string;
			status: 429;
			code: "too_many_requests";
			detail: string;
			/** @description Seconds, as in Retry-After */
			retry_after: number;
			request_id: string;
		};
		TransferBody: {
			/**
			 * @description The member who becomes the owner. You become an admin
			 */
			member_id: string;
		};
		/** @description The access token is missing, invalid, expired or revoked. The answer is the same for each reason. */
		UnauthenticatedProblem: {
			type: "/problems/unauthenticated";
			title: string;
			status: 401;
			code: "unauthenticated";
			detail: string;
			request_id: string;
		};
		/** @description The media type of the body is not JSON. */
		UnsupportedMediaTypeProblem: {
			type: "/problems/unsupported_media_type";
			title: string;
			status: 415;
			code: "unsupported_media_type";
			detail: string;
			request_id: string;
		};
		UsageItemView: {
			limit: string;
			used: number;
			/** @description Null for unlimited */
			most: number | null;
			/**
			 * @description Thresholds that were reached, in percent of the limit
			 * @enum {integer|null}
			 */
			mark: 80 | 100 | null;
		};
		UsageView: {
			account_id: string;
			items: components["schemas"]["UsageItemView"][];
		};
		UserView: {
			id: string;
			name: string;
			email: string;
		};
		/** @description The signature of the webhook is wrong or expired, or its body is unreadable. The answer is the same for each reason. */
		WebhookRefusedProblem: {
			type: "/problems/webhook_refused";
			title: string;
			status: 400;
			code: "webhook_refused";
			detail: string;
			request_id: string;
		};
		WorkspaceChangesBody: {
			name?: string;
			color?: string | null;
			/**
			 * @description Whether entering it requires a second factor
			 */
			second_factor?: "required" | "optional";
		};
		/** @description The access token is not for this workspace, which the member may enter. */
		WorkspaceNotEnteredProblem: {
			type: "/problems/workspace_not_entered";
			title: string;
			status: 409;
			code: "workspace_not_entered";
			detail: string;
			request_id: string;
		};
		WorkspacePage: {
			items: components["schemas"]["WorkspaceView"][];
			/** @description Pass it as cursor to get the next page; null on the last page */
			next_cursor: string | null;
		};
		WorkspaceRoleBody: {
			role: "custom" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Required with the role custom; not allowed with other roles
			 */
			custom_role_id?: string;
		};
		WorkspaceRoleView: {
			workspace_id: string;
			role: "custom" | "multi_account_manager" | "developer" | "member" | "viewer";
			custom_role_id: string | null;
		};
		WorkspaceView: {
			id: string;
			name: string;
			color: string | null;
			/**
			 * @description Your role in this workspace
			 */
			role: "custom" | "owner" | "admin" | "multi_account_manager" | "developer" | "member" | "viewer";
			/**
			 * @description Id of the custom role, with the role custom
			 */
			custom_role_id: string | null;
			/** @description Whether you entered it last */
			last_entered: boolean;
			/**
			 * @description Whether entering it requires a second factor, regardless of the setting of the account
			 */
			second_factor: "required" | "optional";
			archived_at: string | null;
			version: number;
			created_at: string;
		};
		/** @description The current password is wrong. */
		WrongPasswordProblem: {
			type: "/problems/wrong_password";
			title: string;
			status: 403;
			code: "wrong_password";
			detail: string;
			request_id: string;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	"auditEntries.list": {
		parameters: {
			query?: {
				/** @description Who acted */
				actor_member_id?: string;
				/** @description On whose behalf a job acted */
				on_behalf_of_member_id?: string;
				category?: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
				action?: string;
				resource_type?: string;
				resource_id?: string;
				in_workspace_id?: string;
				outcome?: "succeeded" | "denied" | "failed";
				/** @description Entries of changes and refusals (acts), or of reads. Default both */
				kind?: "acts" | "reads";
				/** @description From this moment on (RFC 3339) */
				from?: string;
				/** @description Before this moment (RFC 3339) */
				until?: string;
				/** @description Search words in the changes */
				q?: string;
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["AuditEntryPage"];
				};
			};
		};
	};
	"auditEntries.export": {
		parameters: {
			query?: {
				/** @description Who acted */
				actor_member_id?: string;
				/** @description On whose behalf a job acted */
				on_behalf_of_member_id?: string;
				category?: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
				action?: string;
				resource_type?: string;
				resource_id?: string;
				in_workspace_id?: string;
				outcome?: "succeeded" | "denied" | "failed";
				/** @description Entries of changes and refusals (acts), or of reads. Default both */
				kind?: "acts" | "reads";
				/** @description From this moment on (RFC 3339) */
				from?: string;
				/** @description Before this moment (RFC 3339) */
				until?: string;
				/** @description Search words in the changes */
				q?: string;
				/** @description JSON, one entry a line; or CSV (RFC 4180). Default jsonl */
				format?: "jsonl" | "csv";
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/jsonl": string;
					"text/csv": string;
				};
			};
		};
	};
	"auditEntries.follow": {
		parameters: {
			query?: {
				/** @description Who acted */
				actor_member_id?: string;
				/** @description On whose behalf a job acted */
				on_behalf_of_member_id?: string;
				category?: "authentication" | "session" | "membership" | "role" | "workspace" | "content" | "file" | "secret" | "api_key" | "billing" | "settings" | "privacy" | "administration";
				action?: string;
				resource_type?: string;
				resource_id?: string;
				in_workspace_id?: string;
				outcome?: "succeeded" | "denied" | "failed";
				/** @description Entries of changes and refusals (acts), or of reads. Default both */
				kind?: "acts" | "reads";
				/** @description From this moment on (RFC 3339) */
				from?: string;
				/** @description Before this moment (RFC 3339) */
				until?: string;
				/** @description Search words in the changes */
				q?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"text/event-stream": string;
				};
			};
		};
	};
	"workspaceAuditEntries.follow": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"text/event-stream": string;
				};
			};
		};
	};
	"auditRetention.show": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["AuditRetentionsView"];
				};
			};
		};
	};
	"auditRetention.update": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["AuditRetentionBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["AuditRetentionsView"];
				};
			};
		};
	};
	"roles.table": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["RoleTableView"];
				};
			};
		};
	};
	"customRoles.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["CustomRolePage"];
				};
			};
		};
	};
	"customRoles.create": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["CustomRoleBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["CustomRoleView"];
				};
			};
		};
	};
	"customRoles.show": {
		parameters: {
			path: {
				customRoleId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["CustomRoleView"];
				};
			};
		};
	};
	"customRoles.remove": {
		parameters: {
			path: {
				customRoleId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"customRoles.update": {
		parameters: {
			path: {
				customRoleId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["CustomRoleChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["CustomRoleView"];
				};
			};
		};
	};
	"mySessions.signOut": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"mySessions.me": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["UserView"];
				};
			};
		};
	};
	"mySessions.list": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignInSessionsView"];
				};
			};
		};
	};
	"mySessions.end": {
		parameters: {
			path: {
				signInSessionId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"mySessions.endOthers": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"sessions.signIn": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignInBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["SignInView"];
				};
			};
		};
	};
	"sessions.refresh": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["RefreshBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["RefreshedView"];
				};
			};
		};
	};
	"browserSessions.signIn": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignInBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["BrowserSessionView"];
				};
			};
		};
	};
	"browserSessions.current": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["BrowserSessionView"];
				};
			};
		};
	};
	"browserSessions.signOut": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"browserSessions.openTab": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["TabBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["TabView"];
				};
			};
		};
	};
	"passwords.request": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["ResetRequestBody"];
			};
		};
		responses: {
			202: {
				content?: never;
			};
		};
	};
	"passwords.complete": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["ResetBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"passwords.prove": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["ReauthenticationBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["RaisedView"];
				};
			};
		};
	};
	"passwords.change": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["PasswordChangeBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SignOutView"];
				};
			};
		};
	};
	"passwords.remove": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"factors.list": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["FactorsView"];
				};
			};
		};
	};
	"factors.addTotp": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["FactorNameBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["NewTotpView"];
				};
			};
		};
	};
	"factors.addEmail": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["FactorIdView"];
				};
			};
		};
	};
	"factors.confirm": {
		parameters: {
			path: {
				factorId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["CodeBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ConfirmedView"];
				};
			};
		};
	};
	"factors.beginPasskey": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["ChallengeView"];
				};
			};
		};
	};
	"factors.addPasskey": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["NewPasskeyBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["ConfirmedView"];
				};
			};
		};
	};
	"factors.remove": {
		parameters: {
			path: {
				factorId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"factors.rename": {
		parameters: {
			path: {
				factorId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["FactorNameBody"];
			};
		};
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"factors.makeRecoveryCodes": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["RecoveryCodesView"];
				};
			};
		};
	};
	"factors.prove": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["ProofBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["RaisedView"];
				};
			};
		};
	};
	"factors.sendCode": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			202: {
				content?: never;
			};
		};
	};
	"factors.beginProof": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["ChallengeView"];
				};
			};
		};
	};
	"factors.proveByPasskey": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignedBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["RaisedView"];
				};
			};
		};
	};
	"passkeySignIns.begin": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["ChallengeView"];
				};
			};
		};
	};
	"passkeySignIns.signIn": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignedBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["BrowserSessionView"];
				};
			};
		};
	};
	"account.show": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["AccountView"];
				};
			};
		};
	};
	"account.update": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["AccountSettingsBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["AccountView"];
				};
			};
		};
	};
	"account.leave": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"account.transfer": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["TransferBody"];
			};
		};
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"invitationAcceptance.look": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["InvitationTokenBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["OpenInvitationView"];
				};
			};
		};
	};
	"invitationAcceptance.accept": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["InvitationTokenBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["AcceptedView"];
				};
			};
		};
	};
	"invitationAcceptance.acceptAsNew": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["AcceptAsNewBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["AcceptedAsNewView"];
				};
			};
		};
	};
	"invitations.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvitationPage"];
				};
			};
		};
	};
	"invitations.create": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["InvitationBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["InvitationView"];
				};
			};
		};
	};
	"invitations.createMany": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["BulkInvitationBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["BulkOutcomesView"];
				};
			};
		};
	};
	"invitations.show": {
		parameters: {
			path: {
				invitationId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvitationView"];
				};
			};
		};
	};
	"invitations.revoke": {
		parameters: {
			path: {
				invitationId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"invitations.resend": {
		parameters: {
			path: {
				invitationId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvitationView"];
				};
			};
		};
	};
	"members.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["MemberPage"];
				};
			};
		};
	};
	"members.show": {
		parameters: {
			path: {
				memberId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["MemberView"];
				};
			};
		};
	};
	"members.remove": {
		parameters: {
			path: {
				memberId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"members.update": {
		parameters: {
			path: {
				memberId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["MemberChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["MemberView"];
				};
			};
		};
	};
	"members.give": {
		parameters: {
			path: {
				memberId: string;
				workspaceId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["WorkspaceRoleBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["MemberView"];
				};
			};
		};
	};
	"members.take": {
		parameters: {
			path: {
				memberId: string;
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"memberships.list": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["MembershipsView"];
				};
			};
		};
	};
	"signUps.openAnother": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["NewAccountBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["OpenedAccountView"];
				};
			};
		};
	};
	"memberships.enter": {
		parameters: {
			path: {
				accountId: string;
			};
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["TokenView"];
				};
			};
		};
	};
	"signUps.regions": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["RegionsView"];
				};
			};
		};
	};
	"signUps.request": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignUpBody"];
			};
		};
		responses: {
			202: {
				content?: never;
			};
		};
	};
	"signUps.complete": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SignUpCompletionBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["SignedUpView"];
				};
			};
		};
	};
	"workspaces.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
				/** @description Default active */
				state?: "active" | "archived";
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["WorkspacePage"];
				};
			};
		};
	};
	"workspaces.create": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["NewWorkspaceBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"workspaces.show": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"workspaces.update": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["WorkspaceChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"workspaces.archive": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"workspaces.restore": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"workspaces.enter": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["TokenView"];
				};
			};
		};
	};
	"enteredWorkspace.show": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ShownWorkspaceView"];
				};
			};
		};
	};
	"datasets.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
				/** @description Default active */
				state?: "active" | "deleted";
			};
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DatasetPage"];
				};
			};
		};
	};
	"datasets.create": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["NewDatasetBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["DatasetView"];
				};
			};
		};
	};
	"datasets.show": {
		parameters: {
			path: {
				workspaceId: string;
				datasetId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DatasetView"];
				};
			};
		};
	};
	"datasets.delete": {
		parameters: {
			path: {
				workspaceId: string;
				datasetId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"datasets.update": {
		parameters: {
			path: {
				workspaceId: string;
				datasetId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["DatasetChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DatasetView"];
				};
			};
		};
	};
	"datasets.restore": {
		parameters: {
			path: {
				workspaceId: string;
				datasetId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DatasetView"];
				};
			};
		};
	};
	"documents.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
				/** @description Documents of this dataset only */
				dataset_id?: string;
				/** @description Default active */
				state?: "active" | "deleted";
			};
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DocumentItemPage"];
				};
			};
		};
	};
	"documents.create": {
		parameters: {
			path: {
				workspaceId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["NewDocumentBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["DocumentView"];
				};
			};
		};
	};
	"documents.search": {
		parameters: {
			query: {
				/** @description Search words; supports "phrases", or, and -exclusion */
				q: string;
				/** @description Default 20 */
				limit?: number;
			};
			path: {
				workspaceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DocumentHitsView"];
				};
			};
		};
	};
	"documents.show": {
		parameters: {
			path: {
				workspaceId: string;
				documentId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DocumentView"];
				};
			};
		};
	};
	"documents.delete": {
		parameters: {
			path: {
				workspaceId: string;
				documentId: string;
			};
		};
		requestBody?: never;
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"documents.update": {
		parameters: {
			path: {
				workspaceId: string;
				documentId: string;
			};
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["DocumentChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DocumentView"];
				};
			};
		};
	};
	"documents.restore": {
		parameters: {
			path: {
				workspaceId: string;
				documentId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["DocumentView"];
				};
			};
		};
	};
	"invoices.list": {
		parameters: {
			query?: {
				/** @description Items per page. Default 50 */
				limit?: number;
				/** @description next_cursor of the previous page */
				cursor?: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvoicePage"];
				};
			};
		};
	};
	"invoices.show": {
		parameters: {
			path: {
				invoiceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvoiceView"];
				};
			};
		};
	};
	"invoices.document": {
		parameters: {
			path: {
				invoiceId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["InvoiceDocumentView"];
				};
			};
		};
	};
	"plans.list": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["PlansView"];
				};
			};
		};
	};
	"subscription.show": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SubscriptionView"];
				};
			};
		};
	};
	"subscription.change": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["SubscriptionChangesBody"];
			};
		};
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SubscriptionView"];
				};
			};
		};
	};
	"subscription.createCheckout": {
		parameters: {
		};
		requestBody: {
			content: {
				"application/json": components["schemas"]["CheckoutBody"];
			};
		};
		responses: {
			201: {
				content: {
					"application/json": components["schemas"]["CheckoutView"];
				};
			};
		};
	};
	"subscription.showCheckout": {
		parameters: {
			path: {
				checkoutId: string;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["CheckoutView"];
				};
			};
		};
	};
	"subscription.preview": {
		parameters: {
			query?: {
				plan?: string;
				seats?: number;
			};
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["ChangePreviewView"];
				};
			};
		};
	};
	"subscription.cancel": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SubscriptionView"];
				};
			};
		};
	};
	"subscription.resume": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["SubscriptionView"];
				};
			};
		};
	};
	"subscription.portal": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["PortalView"];
				};
			};
		};
	};
	"usage.show": {
		parameters: {
		};
		requestBody?: never;
		responses: {
			200: {
				content: {
					"application/json": components["schemas"]["UsageView"];
				};
			};
		};
	};
	"webhooks.paddle": {
		parameters: {
		};
		/** @description The event, as the provider documents and signs it */
		requestBody: {
			content: {
				"application/json": Record<string, never>;
			};
		};
		responses: {
			204: {
				content?: never;
			};
		};
	};
	"webhooks.stripe": {
		parameters: {
		};
		/** @description The event, as the provider documents and signs it */
		requestBody: {
			content: {
				"application/json": Record<string, never>;
			};
		};
		responses: {
			204: {
				content?: never;
			};
		};
	};
}

/** Every problem that an operation can answer with. */
export type Problem = components["schemas"]["AccountMovedProblem"] | components["schemas"]["AccountNotEnteredProblem"] | components["schemas"]["AccountReadOnlyProblem"] | components["schemas"]["AlreadyExistsProblem"] | components["schemas"]["AlreadyInvitedProblem"] | components["schemas"]["AlreadyMemberProblem"] | components["schemas"]["AlreadySubscribedProblem"] | components["schemas"]["BillingNotConfiguredProblem"] | components["schemas"]["BodyTooLargeProblem"] | components["schemas"]["CannotNarrowProblem"] | components["schemas"]["ChallengeRefusedProblem"] | components["schemas"]["ChallengeUnavailableProblem"] | components["schemas"]["ChangePendingProblem"] | components["schemas"]["CodeRefusedProblem"] | components["schemas"]["ContendedProblem"] | components["schemas"]["ContextRejectedProblem"] | components["schemas"]["CsrfRefusedProblem"] | components["schemas"]["DatabaseBusyProblem"] | components["schemas"]["DatabaseUnavailableProblem"] | components["schemas"]["DatasetDeletedProblem"] | components["schemas"]["EmailTakenProblem"] | components["schemas"]["FactorMissingProblem"] | components["schemas"]["IdempotencyKeyReusedProblem"] | components["schemas"]["InternalErrorProblem"] | components["schemas"]["InvalidCursorProblem"] | components["schemas"]["InvalidRequestProblem"] | components["schemas"]["InvitationForAnotherProblem"] | components["schemas"]["InvitationSettledProblem"] | components["schemas"]["LastOwnerProblem"] | components["schemas"]["LimitReachedProblem"] | components["schemas"]["MailedTokenRefusedProblem"] | components["schemas"]["NotFoundProblem"] | components["schemas"]["NotInPlanProblem"] | components["schemas"]["NotSubscribedProblem"] | components["schemas"]["PasskeyMissingProblem"] | components["schemas"]["PasswordNotAllowedProblem"] | components["schemas"]["PaymentsRefusedProblem"] | components["schemas"]["PaymentsUnavailableProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["PlanTooSmallProblem"] | components["schemas"]["PlanUnknownProblem"] | components["schemas"]["PreconditionFailedProblem"] | components["schemas"]["PreconditionRequiredProblem"] | components["schemas"]["RegionUnknownProblem"] | components["schemas"]["RequestsUsedUpProblem"] | components["schemas"]["RoleAboveOwnProblem"] | components["schemas"]["RoleInUseProblem"] | components["schemas"]["RoleIsOwnProblem"] | components["schemas"]["SecondFactorNeededProblem"] | components["schemas"]["SignInRefusedProblem"] | components["schemas"]["StepUpNeededProblem"] | components["schemas"]["TextNotIndexableProblem"] | components["schemas"]["TooManyCodesProblem"] | components["schemas"]["TooManyFactorsProblem"] | components["schemas"]["TooManyInvitationsProblem"] | components["schemas"]["TooManyRequestsProblem"] | components["schemas"]["UnauthenticatedProblem"] | components["schemas"]["UnsupportedMediaTypeProblem"] | components["schemas"]["WebhookRefusedProblem"] | components["schemas"]["WorkspaceNotEnteredProblem"] | components["schemas"]["WrongPasswordProblem"];

/** The stable code of a problem. */
export type ProblemCode = Problem["code"];

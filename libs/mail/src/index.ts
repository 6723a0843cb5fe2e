export { compose, type Mail, type MailText, quotedName } from './mail.js';
export { escapedHtml } from './escaped-html.js';
export { type LandedMail, MailFolder } from './mail-folder.js';
export { MailKinds, type PersonalMessage, type PrepareMail } from './mail-kinds.service.js';
export { MailLinks } from './mail-links.service.js';
export { MailTransport, RejectedMailError } from './mail-transport.port.js';
export { MailModule, MailWorkerModule } from './mail.module.js';
export { type Addressee, Outbox } from './outbox.service.js';
export { OutboxDelivery } from './outbox-delivery.service.js';

import { Choice } from '#libs/http';

export class HealthView {
  @Choice(['ok'])
  status!: 'ok';
}

import { Nested, Text } from '#libs/http';

class DemoPersonView {
  @Text({ max: 320, example: 'olivia@northlight.example' })
  email!: string;
  @Text({ max: 60, example: 'owner' })
  role!: string;
  @Text({ max: 100, example: 'Northlight Studio' })
  account!: string;
}

export class DemoSignInsView {
  @Text({ max: 1_024, nullable: true, description: 'Password of every demo user; null before the demo is loaded' })
  password!: string | null;
  @Nested(() => DemoPersonView, { list: true })
  people!: readonly DemoPersonView[];
}

import { Text } from '#libs/http';

// not an id of ours: the tab makes it up
const TAB_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class TabBody {
  @Text({
    max: 36,
    pattern: TAB_ID,
    form: 'a UUID in lower case',
    optional: true,
    description: 'Id of the tab, a UUID. A new or duplicated tab omits it and receives one',
  })
  tab_id?: string;
}
